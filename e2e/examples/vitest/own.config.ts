/** Each worker starts a sink of its own. */
import { defineConfig } from 'vitest/config';

export default defineConfig({});
