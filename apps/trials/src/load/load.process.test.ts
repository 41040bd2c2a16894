import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Others, startOthers } from '../measuring/others.ts';
import { clientsHere } from './clients.ts';
import { type LoadServer, startLoadServer } from './load-server.ts';
import { aborts, EVENT, type Stage, signIns, streams } from './scenes.ts';
import { faultsOfAborts, faultsOfScene, faultsOfSignIns, faultsOfStreams } from './verdict.ts';

/** `npm run trials -- load` sends 10,000 sign-ins, 50,000 aborted requests and opens 5,000 streams. */
const SIGN_INS = 120;
const LONG = { timeout: 300_000 };

describe('a server under load', () => {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-load-'));
  let [server, others, stage]: [LoadServer, Others, Stage] = [] as never;
  beforeAll(async () => {
    server = await startLoadServer({
      url: `file:${join(folder, 'load.db')}`,
      sessions: 1_000,
      accounts: SIGN_INS,
      // High limits and long lifetimes, because other tests on the same machine delay everything;
      // and fewer requests at once, so that some of the sign-ins are refused at first.
      variables: {
        MAX_DELAY_SECONDS: '60',
        ACCESS_TOKEN_SECONDS: '600',
        MAX_REQUESTS: '80',
      },
    });
    others = await startOthers(server, 2);
    stage = { server, others, clients: clientsHere(server.origin, EVENT), idleSeconds: 0 };
  }, LONG.timeout);
  afterAll(async () => {
    await others.stop();
    expect(await server.stop()).toBe(0);
    expect(server.faults()).toEqual([]);
    rmSync(folder, { recursive: true, force: true });
  }, LONG.timeout);

  it('signs in every one of many who come at once, by the Retry-After of those it refuses', {
    ...LONG,
  }, async () => {
    const report = await signIns(stage, SIGN_INS);
    expect(faultsOfSignIns(report.result)).toEqual([]);
    expect(faultsOfScene(report)).toEqual([]);
    expect(report.result.answers).toMatchObject({ 200: SIGN_INS });
  });

  it('signs out no user whose requests are cut', LONG, async () => {
    const report = await aborts(stage, { clients: 10, requests: 200, seed: 1 });
    expect(faultsOfAborts(report.result)).toEqual([]);
    expect(faultsOfScene(report)).toEqual([]);
    expect(Object.values(report.result.cut).reduce((sum, times) => sum + times, 0)).toBe(200);
  });

  it(
    'sends each stream its event, and ends the streams of disabled users alone',
    LONG,
    async () => {
      const size = { count: 50, revoked: 5 };
      const report = await streams(stage, size);
      expect(faultsOfStreams(report.result, size)).toEqual([]);
      expect(faultsOfScene(report)).toEqual([]);
      expect(report.result.opened).toMatchObject({ sse: 25, webSockets: 25 });
    },
  );
});
