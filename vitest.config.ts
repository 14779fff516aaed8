import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{server,db,web,e2e}/**/*.test.ts'],
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
});
