import { defineConfig } from '@playwright/test';

export default defineConfig({
  testDir: '.',
  testMatch: 'report.spec.ts',
  workers: 1,
  reporter: 'list',
});
