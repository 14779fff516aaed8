import { configDefaults, defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{server,db,web,e2e}/**/*.test.ts'],
    // These run against the packed package, in a suite of their own.
    exclude: [...configDefaults.exclude, 'e2e/examples/**'],
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
});
