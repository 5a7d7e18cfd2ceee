import { defineConfig } from '@playwright/test';
import tests from '../playwright.config.ts';

// `make screens` takes its pictures in the browser of the tests.
export default defineConfig({ ...tests, testDir: '.', testMatch: 'screens.spec.ts' });
