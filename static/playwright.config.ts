import { availableParallelism } from 'node:os';
import { defineConfig } from '@playwright/test';

// One worker for each core. Calls between several pages, which render, encode and decode video, share one worker.
const workers = Math.min(4, availableParallelism());

// Deadlines end a test that hangs. They are long, because a busy machine is slow and that is not a fault of the site.
const deadline = { test: 180_000, expect: 45_000 };

// Chromium without a window takes a third less time, but neither asks for devices nor fetches the icon of a page.
const asking = /(budgets|check|incall|prejoin|rehearsal-situations)\.spec|@asks/;
const shell = process.env['CHROMIUM_SHELL'] ? { executablePath: process.env['CHROMIUM_SHELL'] } : {};

const launchOptions = {
  ...(process.env['CHROMIUM'] ? { executablePath: process.env['CHROMIUM'] } : {}),
  args: [
    '--no-sandbox',
    '--use-fake-device-for-media-stream',
    '--use-fake-ui-for-media-stream',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--no-first-run',
  ],
};

// The pages are served on localhost: the Calling SDK refuses http on any other name.
export default defineConfig({
  testDir: 'e2e',
  testMatch: '*.spec.ts',
  timeout: deadline.test,
  expect: { timeout: deadline.expect },
  fullyParallel: true,
  workers,
  forbidOnly: Boolean(process.env['CI']),
  reporter: [['list']],
  projects: [
    { name: 'pages', grepInvert: [asking, /@calls/], use: { launchOptions: { ...launchOptions, ...shell } } },
    { name: 'devices', grep: asking, grepInvert: /@calls/ },
    // Calls between several pages run one at a time, also on a machine with many cores.
    { name: 'calls', grep: /@calls/, workers: 1 },
  ],
  use: {
    browserName: 'chromium',
    locale: 'en-GB',
    viewport: { width: 390, height: 844 },
    trace: 'retain-on-failure',
    launchOptions,
  },
});
