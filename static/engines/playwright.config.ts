import { defineConfig } from '@playwright/test';
import tests from '../playwright.config.ts';

// `make check-engines`: browsers that Playwright cannot drive. One test at a time, because each needs the whole machine.
export default defineConfig({
  testDir: '.',
  testMatch: '*.spec.ts',
  outputDir: '../test-results',
  timeout: tests.timeout ?? 0,
  expect: tests.expect ?? {},
  forbidOnly: tests.forbidOnly ?? false,
  workers: 1,
  reporter: [['list']],
});
