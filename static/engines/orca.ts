// Debian's screen reader Orca with Firefox, on a screen that nobody sees and with a voice that writes.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect } from '@playwright/test';
import type { Browser, Page } from 'puppeteer-core';
import { end, openDisplay } from './display.ts';
import { firefoxPath, startFirefox } from './firefox.ts';
import { found } from './installed.ts';

const bus = '/usr/libexec/at-spi-bus-launcher';
const programs = ['Xvfb', 'dbus-daemon', 'openbox', 'orca', 'xdotool'];

/** Whether everything is installed that a screen reader needs to be heard. */
export const hasOrca = Boolean(firefoxPath && existsSync(bus) && programs.every((name) => found([name])));

/** A person who hears the browser and has a keyboard. */
export interface Listener {
  browser: Browser;
  /** Begins a step, by its name in the transcript. */
  step(name: string): void;
  /** Presses keys by their X names, such as Tab or shift+Tab. */
  press(...keys: string[]): void;
  /** Types text into the field that has the focus, and checks that it arrived. */
  type(page: Page, text: string): Promise<void>;
  /** Presses Tab, or Shift and Tab, until an element has the focus and its name was spoken. */
  tabTo(page: Page, css: string, name: string, keys?: 'Tab' | 'shift+Tab'): Promise<void>;
  /** Waits until a text is spoken in this step. */
  hears(text: string): Promise<void>;
  /** Waits until nothing more is spoken. */
  silence(): Promise<void>;
  /** All utterances, by steps. */
  spoken(): { step: string; lines: string[] }[];
}

/** Runs a journey with Orca and Firefox, each with settings of its own. */
export async function withOrca(use: (listener: Listener) => Promise<void>): Promise<void> {
  const home = mkdtempSync(path.join(tmpdir(), 'heard-'));
  const display = await openDisplay();
  const children: ChildProcess[] = [];
  const env: Record<string, string> = {
    PATH: process.env['PATH'] ?? '',
    DISPLAY: display.name,
    HOME: home,
    XDG_RUNTIME_DIR: path.join(home, 'run'),
    GTK_MODULES: 'gail:atk-bridge',
    GNOME_ACCESSIBILITY: '1',
    LANG: 'C.UTF-8',
    LC_ALL: 'C.UTF-8',
  };
  const run = (program: string, args: string[]): ChildProcess => {
    const child = spawn(program, args, { env, stdio: 'ignore' });
    children.push(child);
    return child;
  };
  let orca: ChildProcess | undefined;
  // Orca ignores SIGTERM, and refuses to start while another Orca runs.
  const stop = () =>
    Promise.all([...children.map((child) => end(child, child === orca ? 'SIGKILL' : 'SIGTERM')), display.close()]);
  // A test that runs out of time never comes to its end.
  process.once('exit', stop);
  let browser: Browser | undefined;
  try {
    prepare(home);
    const dbus = spawn('dbus-daemon', ['--session', '--nofork', '--print-address'], { env, stdio: ['ignore', 'pipe', 'ignore'] });
    children.push(dbus);
    const [address] = await once(dbus.stdout, 'data');
    env['DBUS_SESSION_BUS_ADDRESS'] = String(address).trim();
    run('openbox', []);
    run(bus, ['--launch-immediately', '--screen-reader=1', '--a11y=1']);
    orca = run('/usr/bin/python3', [path.join(import.meta.dirname, 'orca/start.py')]);
    const spoken = path.join(home, 'spoken.txt');
    await expect.poll(() => readFileSync(spoken, 'utf8'), { message: 'Orca’s greeting' }).not.toBe('');
    browser = await startFirefox({
      headless: false,
      env,
      defaultViewport: null,
      extraPrefsFirefox: { 'accessibility.force_disabled': -1 },
    });
    await use(listen(browser, env, spoken));
  } finally {
    await browser?.close();
    await stop();
    process.off('exit', stop);
    rmSync(home, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Fills a home folder with Orca's settings and its voice. */
function prepare(home: string): void {
  mkdirSync(path.join(home, 'run'), { mode: 0o700 });
  const settings = path.join(home, '.local/share/orca');
  mkdirSync(settings, { recursive: true });
  cpSync(path.join(import.meta.dirname, 'orca/user-settings.conf'), path.join(settings, 'user-settings.conf'));
  writeFileSync(path.join(home, 'spoken.txt'), '');
}

// How long nothing may have been spoken to count as silence, and how long a press of Tab may have no effect, in milliseconds.
const quiet = 1_000;
const stuck = 5_000;

function listen(browser: Browser, env: Record<string, string>, spoken: string): Listener {
  const lines = () => readFileSync(spoken, 'utf8').split('\n').filter(Boolean);
  const steps: { step: string; from: number }[] = [{ step: 'the start', from: 0 }];
  const key = (...args: string[]) => execFileSync('xdotool', args, { env });
  const said = (from: number) => lines().slice(from).join(' ').replace(/\s+/g, ' ');
  const hears = (text: string, from: number) =>
    expect.poll(() => said(from), { message: `spoken: ${text}`, intervals: [50] }).toContain(text);
  return {
    browser,
    step(name) {
      steps.push({ step: name, from: lines().length });
    },
    press(...keys) {
      for (const name of keys) key('key', name);
    },
    async type(page, text) {
      key('type', '--delay', '20', text);
      const value = () => page.evaluate(() => (document.activeElement as HTMLInputElement | null)?.value);
      await expect.poll(value, { message: 'what was typed' }).toBe(text);
    },
    async tabTo(page, css, name, keys = 'Tab') {
      for (let presses = 0; presses < 60; presses++) {
        const from = lines().length;
        const before = await page.evaluateHandle(() => document.activeElement);
        key('key', keys);
        await page
          .waitForFunction((last) => document.activeElement !== last, { polling: 20, timeout: stuck }, before)
          .catch(() => undefined);
        if (await page.evaluate((wanted) => document.activeElement?.matches(wanted) ?? false, css)) return hears(name, from);
      }
      throw new Error(`no 60 presses of Tab reach ${css}`);
    },
    hears: (text) => hears(text, steps.at(-1)?.from ?? 0),
    async silence() {
      let before = -1;
      let since = Date.now();
      while (Date.now() - since < quiet) {
        const now = lines().length;
        if (now !== before) since = Date.now();
        before = now;
        await pause(50);
      }
    },
    spoken() {
      const all = lines();
      return steps.map(({ step, from }, i) => ({ step, lines: all.slice(from, steps[i + 1]?.from) }));
    },
  };
}
