import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { type Servers, startServers } from '../servers.ts';
import { CONTESTANTS } from './contestants.ts';
import { startPeer } from './peer-process.ts';
import { QUERY, signedInHeaders } from './sign-in.ts';
import { startPeerHere } from './testing/peer-here.ts';

let servers: Servers;
beforeAll(async () => {
  servers = await startServers();
});
afterAll(() => servers.stop());

beforeEach(() => void vi.stubEnv('NODE_ENV', 'production'));
afterEach(() => void vi.unstubAllEnvs());

it.each(CONTESTANTS)(
  'the contestant $name answers a signed-in user, and refuses other callers',
  async ({ kind }) => {
    const peer = await startPeerHere(servers, kind, 600);
    try {
      const ask = async (headers: Readonly<Record<string, string>>) => {
        const response = await fetch(`http://127.0.0.1:${peer.port}${QUERY}`, { headers });
        return { status: response.status, body: await response.json() };
      };
      expect(await ask(await signedInHeaders(kind, peer.port))).toEqual({
        status: 200,
        body: { result: { data: 'Hello alice!' } },
      });
      if (kind !== 'bare')
        expect(await ask({})).toMatchObject({
          status: 401,
          body: { error: { data: { code: 'UNAUTHORIZED' } } },
        });
      expect((await peer.figures()).cpuMicroseconds).toBeGreaterThan(0);
    } finally {
      await peer.stop();
    }
  },
);

it("reports the processor time and the statements of a contestant's process", async () => {
  const peer = await startPeer(servers, 'better-auth', 600);
  try {
    const headers = await signedInHeaders('better-auth', peer.port);
    const before = await peer.figures();
    expect((await fetch(`http://127.0.0.1:${peer.port}${QUERY}`, { headers })).status).toBe(200);
    const after = await peer.figures();
    expect(after.cpuMicroseconds).toBeGreaterThan(before.cpuMicroseconds);
    // better-auth sends two statements for a request: it reads the session and its user.
    expect(after.statements - before.statements).toBe(2);
  } finally {
    await peer.stop();
  }
});
