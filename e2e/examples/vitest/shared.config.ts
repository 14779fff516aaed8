/** One sink for all workers, which find it by their environment. */
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: { globalSetup: 'prixfixe-dev/vitest/global-setup' },
});
