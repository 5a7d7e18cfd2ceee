import { defineConfig } from '@playwright/test';
import tests from '../playwright.config.ts';

// `make screens`: the pictures of docs/screens.md, in the browser of the tests.
export default defineConfig({ ...tests, testDir: '.', testMatch: 'screens.spec.ts', timeout: 120_000 });
