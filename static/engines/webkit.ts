// Debian's WebKitGTK: MiniBrowser, driven by WebKitWebDriver.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, request } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Builder, Capabilities, type WebDriver } from 'selenium-webdriver';
import { end, openDisplay } from './display.ts';
import { found } from './installed.ts';

const driverPath = found(['WebKitWebDriver']);
const browserPath = ['x86_64', 'aarch64']
  .flatMap((cpu) => ['4.1', '4.0'].map((version) => `/usr/lib/${cpu}-linux-gnu/webkit2gtk-${version}/MiniBrowser`))
  .find((file) => existsSync(file));

/** Whether WebKitGTK and a place to show it are installed. */
export const hasWebKit = Boolean(driverPath && browserPath && found(['Xvfb']));

/** Runs `use` with a new WebKit that has a mock camera and microphone. */
export async function withWebKit(use: (driver: WebDriver) => Promise<void>): Promise<void> {
  const display = await openDisplay();
  const port = await freePort();
  const server = spawn(driverPath ?? '', [`--port=${port}`], { env: { ...process.env, DISPLAY: display.name }, stdio: 'ignore' });
  const args = ['--automation', '--enable-media-stream=true', '--enable-mock-capture-devices=true'];
  const capabilities = new Capabilities({
    browserName: 'MiniBrowser',
    'webkitgtk:browserOptions': { binary: browserPath, args },
  });
  try {
    await answering(port);
    const driver = new Builder().usingServer(`http://127.0.0.1:${port}`).withCapabilities(capabilities).build();
    try {
      await use(await driver);
    } finally {
      await driver.quit();
    }
  } finally {
    await end(server);
    await display.close();
  }
}

/** Opens a page in a WebKit without WebDriver, because with WebDriver it has no cache. */
export async function openWebKit(address: string, use: () => Promise<void>): Promise<void> {
  const display = await openDisplay();
  const home = mkdtempSync(path.join(tmpdir(), 'webkit-'));
  const env = { PATH: process.env['PATH'], DISPLAY: display.name, HOME: home };
  const browser = spawn(browserPath ?? '', [address], { env, stdio: 'ignore' });
  try {
    await use();
  } finally {
    await end(browser);
    await display.close();
    rmSync(home, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await new Promise((listening) => probe.once('listening', listening));
  const { port } = probe.address() as AddressInfo;
  await new Promise((closed) => probe.close(closed));
  return port;
}

/** Waits until a program listens on a port. */
async function answering(port: number): Promise<void> {
  for (;;) {
    const open = await new Promise<boolean>((tried) => {
      const socket = connect(port, '127.0.0.1', () => tried(true));
      socket.once('error', () => tried(false));
      socket.once('connect', () => socket.destroy());
    });
    if (open) return;
    await new Promise((later) => setTimeout(later, 50));
  }
}

/**
 * Serves a site through a proxy that adds a script before the page's scripts, because WebDriver cannot add one. `use` gets
 * the proxy's address, and a list that grows with the path of each request.
 */
export async function withScript(
  script: string,
  site: string,
  use: (address: string, asked: string[]) => Promise<void>,
): Promise<void> {
  const paths: string[] = [];
  const target = new URL(site);
  const onto = ({ url, method, headers }: IncomingMessage) => ({
    host: '127.0.0.1',
    port: target.port,
    path: url,
    method,
    headers,
  });
  const proxy = createServer((incoming, outgoing) => {
    paths.push(incoming.url ?? '');
    if (incoming.url === '/before.js') {
      outgoing.setHeader('Content-Type', 'text/javascript').end(script);
      return;
    }
    delete incoming.headers['accept-encoding'];
    const asked = request(onto(incoming), async (answer) => {
      const headers = answer.headers;
      const isPage = headers['content-type']?.startsWith('text/html');
      if (isPage) delete headers['content-length'];
      outgoing.writeHead(answer.statusCode ?? 500, headers);
      if (!isPage) {
        answer.pipe(outgoing);
        return;
      }
      const html = Buffer.concat(await answer.toArray()).toString();
      outgoing.end(html.replace('<meta charset="utf-8">', '<meta charset="utf-8"><script src="/before.js"></script>'));
    });
    asked.on('error', () => outgoing.destroy());
    incoming.pipe(asked);
  });
  proxy.on('upgrade', (incoming, socket, head) => {
    const asked = request(onto(incoming)).end();
    asked.on('upgrade', (answer, other, first) => {
      const lines = answer.rawHeaders.flatMap((name, i, all) => (i % 2 === 0 ? [`${name}: ${all[i + 1]}`] : []));
      socket.write(`HTTP/1.1 101 Switching Protocols\r\n${lines.join('\r\n')}\r\n\r\n`);
      other.unshift(first);
      socket.unshift(head);
      for (const one of [socket, other]) one.on('error', () => one.destroy());
      socket.pipe(other).pipe(socket);
    });
    asked.on('error', () => socket.destroy());
  });
  proxy.listen(0, '127.0.0.1');
  await new Promise((listening) => proxy.once('listening', listening));
  try {
    await use(`http://localhost:${(proxy.address() as AddressInfo).port}`, paths);
  } finally {
    proxy.closeAllConnections();
    proxy.close();
  }
}
