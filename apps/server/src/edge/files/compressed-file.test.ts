import { mkdtempSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import express from 'express';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { sendRaw } from '../../testing/send-raw.ts';
import { compressedFile } from './compressed-file.ts';

const TEXT = 'the same line, many times\n'.repeat(1_000);
const folder = mkdtempSync(join(tmpdir(), 'latchkey-compressed-'));
const path = join(folder, 'script.js');
let server: Server;
let url: string;
beforeAll(async () => {
  const app = express().disable('etag');
  app.get('/kept', compressedFile(path, { maxAgeSeconds: 60, immutable: true }));
  app.get('/lost', compressedFile(join(folder, 'lost.js'), { maxAgeSeconds: 60 }));
  server = app.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
beforeEach(() => {
  writeFileSync(path, TEXT);
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
  rmSync(folder, { recursive: true });
});

const ask = (encoding: string, headers: Record<string, string> = {}, method = 'GET') =>
  fetch(`${url}/kept`, { method, headers: { 'accept-encoding': encoding, ...headers } });

it('compresses a file once for each encoding, also for parallel requests', async () => {
  await Promise.all(['br', 'gzip', 'gzip', 'br'].map((encoding) => ask(encoding)));
  /** If the file were compressed again, the answer would have this text. */
  writeFileSync(path, 'another text');
  for (const encoding of ['br', 'gzip', 'gzip, br', 'br;q=0.5, gzip;q=0.1'])
    expect(await (await ask(encoding)).text()).toBe(TEXT);
  expect(await (await ask('identity')).text()).toBe('another text');
});

it('sends Content-Encoding, Content-Type, Cache-Control, Vary and Content-Length with a file', async () => {
  for (const encoding of ['br', 'gzip']) {
    const { headers } = await ask(encoding);
    expect(Object.fromEntries(headers)).toMatchObject({
      'content-encoding': encoding,
      'content-type': 'text/javascript; charset=utf-8',
      'cache-control': 'public, max-age=60, immutable',
      vary: 'Accept-Encoding',
    });
    expect(Number(headers.get('content-length'))).toBeLessThan(TEXT.length / 10);
  }
});

it('sends the uncompressed file, or a range of it, to clients without compression', async () => {
  const plain = await ask('identity');
  expect([
    plain.headers.get('content-encoding'),
    plain.headers.get('vary'),
    await plain.text(),
  ]).toEqual([null, 'Accept-Encoding', TEXT]);
  expect((await ask('identity', { range: 'bytes=0-3' })).status).toBe(206);
});

it('answers 304 to a client that has the file, and sends no body to HEAD', async () => {
  const modified = (await ask('br')).headers.get('last-modified') ?? '';
  const again = await sendRaw(url, '/kept', {
    headers: { 'accept-encoding': 'br', 'if-modified-since': modified },
  });
  expect([again.status, again.headers.vary, again.body]).toEqual([304, 'Accept-Encoding', '']);
  const head = await ask('br', {}, 'HEAD');
  expect([head.status, head.headers.get('content-encoding'), await head.text()]).toEqual([
    200,
    'br',
    '',
  ]);
});

it('passes a request for a missing file to the next handler, and serves it once it exists', async () => {
  expect((await fetch(`${url}/lost`)).status).toBe(404);
  writeFileSync(join(folder, 'lost.js'), TEXT);
  expect((await fetch(`${url}/lost`)).status).toBe(200);
  unlinkSync(join(folder, 'lost.js'));
});
