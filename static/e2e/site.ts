import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import path from 'node:path';
import { promisify } from 'node:util';
import { test as base, expect, type Page } from '@playwright/test';

// The folder of the programs. ANTEROOM_BIN tests another build.
const bin = path.resolve(import.meta.dirname, process.env['ANTEROOM_BIN'] || '../../bin');

export const classicLink =
  'https://teams.microsoft.com/l/meetup-join/19%3ameeting_MjdhNjM4YzUtYzExZi00OTFkLTkzZTAtNTVlNmZmMDhkNGU2%40thread.v2/0?context=%7b%22Tid%22%3a%22aaaabbbb-0000-cccc-1111-dddd2222eeee%22%2c%22Oid%22%3a%2200aa00aa-bb11-cc22-dd33-44ee44ee44ee%22%7d';

/** A whole invitation, as visitors paste it. */
export const invitation = `________________________________________________________________________________
Microsoft Teams meeting
Join: ${classicLink}
Meeting ID: 264 183 392 744 150
Passcode: Mt9xB2N6
Need help? <https://aka.ms/JoinTeamsMeeting?omkt=en-GB>
Dial in by phone +44 20 1234 5678,,987654321# United Kingdom, London
Phone conference ID: 987 654 321#
________________________________________________________________________________`;

/** The stand-in for the identity service, with a ledger of what it has done. */
export interface Service {
  connectionString: string;
  ledger(): Promise<{ identities: { id: string; deletedAt?: string; tokens: unknown[] }[]; requests: Record<string, number> }>;
  fault(fault: Record<string, unknown>): Promise<void>;
  clearFaults(): Promise<void>;
}

interface Worker {
  /** The identity service of `site`. */
  service: Service;
  /** The address of a site with an ACS resource, a phone number and a name. */
  site: string;
}

/** Starts a program and waits for `ready` in its output. Returns its first group, the process, and a function for all output. */
async function start(
  program: string,
  args: string[],
  env: Record<string, string>,
  ready: RegExp,
): Promise<[string, ChildProcess, () => string]> {
  const child = spawn(path.join(bin, program), args, { env: { PATH: process.env['PATH'] ?? '', ...env } });
  let output = '';
  child.stderr.on('data', (text) => {
    output += text;
  });
  const found = await new Promise<string>((resolve, reject) => {
    child.stdout.on('data', (text) => {
      output += text;
      const match = ready.exec(output);
      if (match?.[1]) resolve(match[1]);
    });
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`${program} ended with ${code}: ${output}`)));
  });
  return [found, child, () => output];
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGINT'); // after SIGTERM it would drain for 5 seconds
  await ended;
}

const siteReady = /open (https?:\/\/localhost:\d+)/;

/** Adds the settings that a site needs to start: its address, or for a rehearsal REHEARSE. */
async function withAddress(settings: Record<string, string>): Promise<Record<string, string>> {
  if (!settings['ACS_CONNECTION_STRING']) return { REHEARSE: 'on', LISTEN: '127.0.0.1:0', ...settings };
  const port = await freePort();
  return { BASE_URL: `http://localhost:${port}`, LISTEN: `127.0.0.1:${port}`, ...settings };
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}

/**
 * Serves a site with these settings while `use` runs. Without an ACS setting it is a rehearsal. `violations` returns the log
 * lines about policy violations.
 */
export async function serve(
  settings: Record<string, string>,
  use: (address: string, violations: () => string[]) => Promise<void>,
): Promise<void> {
  const env = await withAddress(settings);
  const [address, child, output] = await start('anteroom', ['serve'], env, siteReady);
  await use(address, () =>
    output()
      .split('\n')
      .filter((line) => line.includes('policy violation')),
  );
  await stop(child);
}

/** Makes a link with `anteroom link` for a site with these LINK_KEYS. */
export async function sealedLink(site: string, keys: string, flags: string[]): Promise<string> {
  const all = ['link', '--host', 'Dr Asha Rao', ...flags];
  const { stdout } = await promisify(execFile)(path.join(bin, 'anteroom'), all, { env: { BASE_URL: site, LINK_KEYS: keys } });
  return stdout.trim();
}

export const test = base.extend<object, Worker>({
  service: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright requires a destructured first argument.
    async ({}, use) => {
      const [connectionString, child] = await start('acstest', [], {}, /ACS_CONNECTION_STRING=(\S+)/);
      const endpoint = /endpoint=(http:\/\/[^/;]+)/.exec(connectionString)?.[1] ?? '';
      await use({
        connectionString,
        ledger: async () => (await fetch(`${endpoint}/acstest/ledger`)).json(),
        fault: async (fault) => {
          const answer = await fetch(`${endpoint}/acstest/faults`, { method: 'POST', body: JSON.stringify(fault) });
          if (!answer.ok) throw new Error(await answer.text());
        },
        clearFaults: async () => {
          await fetch(`${endpoint}/acstest/faults`, { method: 'DELETE' });
        },
      });
      await stop(child);
    },
    { scope: 'worker' },
  ],
  site: [
    async ({ service }, use) => {
      const env = {
        ACS_CONNECTION_STRING: service.connectionString,
        ADMISSION: 'open',
        CHAT: 'off',
        BRAND_PHONE: '01234 567890',
        BRAND_NAME: 'Lamna Clinic',
      };
      await serve(env, use);
    },
    { scope: 'worker' },
  ],
});

export { expect };

/** Goes from the door to the visit page, as a visitor does. */
export async function toVisit(page: Page, site: string, meeting = invitation): Promise<void> {
  await page.goto(`${site}/`);
  await page.getByLabel('Meeting link').fill(meeting);
  await page.getByRole('button', { name: 'Continue' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Your video visit');
}

/** Records device calls, which a page must not make before a gesture. `deviceCalls` returns them. */
export async function spyOnDevices(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const calls: string[] = [];
    Object.assign(globalThis, { deviceCalls: calls });
    for (const name of ['getUserMedia', 'enumerateDevices', 'getDisplayMedia'] as const) {
      const real = navigator.mediaDevices[name].bind(navigator.mediaDevices) as (...args: unknown[]) => unknown;
      Object.defineProperty(navigator.mediaDevices, name, {
        value: (...args: unknown[]) => {
          calls.push(name);
          return real(...args);
        },
      });
    }
  });
}

/** Returns the device calls of the page. */
export async function deviceCalls(page: Page): Promise<string[]> {
  return page.evaluate(() => (globalThis as unknown as { deviceCalls: string[] }).deviceCalls);
}
