import { defineConfig } from '@playwright/test';
import tests from '../playwright.config.ts';

// `make screens` uses the same browser as the tests.
export default defineConfig({ ...tests, testDir: '.', testMatch: 'screens.spec.ts' });
