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
const programs = ['Xvfb', 'dbus-daemon', 'openbox', 'speech-dispatcher', 'orca', 'xdotool'];

/** Whether everything is installed that a screen reader needs to be heard. */
export const hasOrca = Boolean(firefoxPath && existsSync(bus) && programs.every((name) => found([name])));

/** A person who hears the browser and has a keyboard. */
export interface Listener {
  browser: Browser;
  /** Presses keys by their X names, such as Tab or shift+Tab; waits until what follows was spoken. */
  press(...keys: string[]): Promise<void>;
  /** Types text. */
  type(text: string): Promise<void>;
  /** Presses Tab, or Shift and Tab, until an element has the focus. */
  tabTo(page: Page, css: string, keys?: 'Tab' | 'shift+Tab'): Promise<void>;
  /** Everything spoken since `mark` was last called, in one line. */
  said(): string;
  /** Forgets what was spoken so far and names what follows, for the transcript. */
  mark(step: string): void;
  /** Waits until a text is spoken, and then until there is silence. */
  hears(text: string): Promise<void>;
  /** Waits until nothing more is spoken. */
  silence(): Promise<void>;
  /** All that was spoken, by steps. */
  transcript(): string;
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
  const run = (program: string, args: string[]): void => {
    children.push(spawn(program, args, { env, stdio: 'ignore' }));
  };
  let browser: Browser | undefined;
  try {
    prepare(home);
    const dbus = spawn('dbus-daemon', ['--session', '--nofork', '--print-address'], { env, stdio: ['ignore', 'pipe', 'ignore'] });
    children.push(dbus);
    const [address] = await once(dbus.stdout, 'data');
    env['DBUS_SESSION_BUS_ADDRESS'] = String(address).trim();
    run('openbox', []);
    run(bus, ['--launch-immediately', '--screen-reader=1', '--a11y=1']);
    await pause(1000);
    run('speech-dispatcher', ['-s', '-t', '0', '-C', path.join(home, '.config/speech-dispatcher')]);
    await pause(1000);
    run('orca', []);
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
    for (const child of children.reverse()) await end(child);
    await display.close();
    rmSync(home, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Fills a home folder: where speech goes, and no sound card, without which speech-dispatcher would end. */
function prepare(home: string): void {
  const from = path.join(import.meta.dirname, 'orca');
  const config = path.join(home, '.config/speech-dispatcher');
  mkdirSync(path.join(config, 'modules'), { recursive: true });
  mkdirSync(path.join(home, 'run'), { mode: 0o700 });
  cpSync(path.join(from, 'speechd.conf'), path.join(config, 'speechd.conf'));
  // speech-dispatcher fills in $HOME itself, with nothing.
  const module = readFileSync(path.join(from, 'text.conf'), 'utf8').replace('$HOME', home);
  writeFileSync(path.join(config, 'modules/text.conf'), module);
  cpSync(path.join(from, 'say'), path.join(home, 'say'));
  writeFileSync(path.join(home, 'spoken.txt'), '');
  writeFileSync(path.join(home, '.asoundrc'), 'pcm.!default { type null }\nctl.!default { type null }\n');
}

// How long nothing may have been spoken to count as silence, in milliseconds.
const quiet = 1_000;

function listen(browser: Browser, env: Record<string, string>, spoken: string): Listener {
  const lines = () => readFileSync(spoken, 'utf8').split('\n').filter(Boolean);
  const steps: { step: string; from: number }[] = [{ step: 'the start', from: 0 }];
  const key = (...args: string[]) => execFileSync('xdotool', args, { env });
  const listener: Listener = {
    browser,
    async press(...keys) {
      for (const name of keys) {
        key('key', name);
        await listener.silence();
      }
    },
    async type(text) {
      key('type', '--delay', '50', text);
      await listener.silence();
    },
    async tabTo(page, css, keys = 'Tab') {
      const there = () => page.evaluate((wanted) => document.activeElement?.matches(wanted) ?? false, css);
      for (let presses = 0; !(await there()); presses++) {
        if (presses > 60) throw new Error(`no ${presses} presses of Tab reach ${css}`);
        key('key', keys);
        await pause(200);
      }
      await listener.silence();
    },
    said: () => lines().slice(steps.at(-1)?.from).join(' ').replace(/\s+/g, ' '),
    mark(step) {
      steps.push({ step, from: lines().length });
    },
    async hears(text) {
      await expect.poll(() => listener.said(), { message: `spoken: ${text}` }).toContain(text);
      await listener.silence();
    },
    async silence() {
      let before = -1;
      let since = Date.now();
      while (Date.now() - since < quiet) {
        const now = lines().length;
        if (now !== before) since = Date.now();
        before = now;
        await pause(100);
      }
    },
    transcript() {
      const all = lines();
      return steps.map(({ step, from }, i) => [`## ${step}`, ...all.slice(from, steps[i + 1]?.from)].join('\n')).join('\n\n');
    },
  };
  return listener;
}
