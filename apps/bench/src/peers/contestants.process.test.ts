import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Servers, startServers } from '../servers.ts';
import { CONTESTANTS } from './contestants.ts';
import { startPeer } from './peer-process.ts';
import { QUERY, signedInHeaders } from './sign-in.ts';

let servers: Servers;
beforeAll(async () => {
  servers = await startServers();
});
afterAll(() => servers.stop());

it.each(CONTESTANTS)('$name answers whoever is signed in, and refuses others', async ({ kind }) => {
  const peer = await startPeer(servers, kind, 600);
  try {
    const ask = async (headers: Readonly<Record<string, string>>) => {
      const response = await fetch(`http://127.0.0.1:${peer.port}${QUERY}`, { headers });
      return { status: response.status, body: await response.json() };
    };
    expect(await ask(await signedInHeaders(kind, peer.port))).toEqual({ status: 200, body: { result: { data: 'Hello alice!' } } });
    if (kind !== 'bare') expect(await ask({})).toMatchObject({ status: 401, body: { error: { data: { code: 'UNAUTHORIZED' } } } });
    expect((await peer.figures()).cpuMicroseconds).toBeGreaterThan(0);
  } finally {
    await peer.stop();
  }
});
