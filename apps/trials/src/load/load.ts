import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres } from '@latchkey/test-services';
import { startOthers } from '../measuring/others.ts';
import { clientsElsewhere } from './clients.ts';
import { startLoadServer } from './load-server.ts';
import { aborts, EVENT, type Stage, signIns, streams } from './scenes.ts';

export interface LoadOptions {
  readonly store: 'sqlite' | 'postgres';
  /** Number of sessions in the store beforehand. */
  readonly sessions: number;
  readonly signIns: number;
  readonly aborted: number;
  readonly streams: number;
  /** Number of users with streams whom an administrator disables. */
  readonly revoked: number;
  readonly seed: number;
}

type Report<Scene extends (...given: never[]) => Promise<unknown>> = Awaited<ReturnType<Scene>>;

export interface LoadReports {
  onSignIns(report: Report<typeof signIns>): void;
  onAborts(report: Report<typeof aborts>): void;
  onStreams(report: Report<typeof streams>): void;
  onProgress(text: string): void;
}

const OTHERS = 20;
const IDLE_SECONDS = 15;
/** Number of clients that abort requests, each one after another. */
const ABORTING = 500;

/**
 * Plays the three scenes on one server process.
 *
 * @returns the errors in the server's log, and its exit code
 */
export async function runLoad(
  { store, sessions, signIns: signInCount, aborted, streams: count, revoked, seed }: LoadOptions,
  { onSignIns, onAborts, onStreams, onProgress }: LoadReports,
): Promise<{ readonly errors: readonly string[]; readonly exitCode: number | string }> {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-load-'));
  const postgres = store === 'postgres' ? await startPostgres() : null;
  try {
    const server = await startLoadServer({
      url: postgres?.url ?? `file:${join(folder, 'load.db')}`,
      sessions,
      accounts: signInCount,
      variables: { MAX_DELAY_SECONDS: '0.5' },
      onProgress,
    });
    const clients = clientsElsewhere(server.origin, EVENT);
    try {
      const others = await startOthers(server, OTHERS);
      const stage: Stage = { server, clients, others, idleSeconds: IDLE_SECONDS };
      onProgress('sign-ins');
      onSignIns(await signIns(stage, signInCount));
      onProgress('aborted requests');
      onAborts(await aborts(stage, { clients: ABORTING, requests: aborted, seed }));
      onProgress('streams');
      onStreams(await streams(stage, { count, revoked }));
      await others.stop();
    } finally {
      clients.stop();
      await server.stop();
    }
    return { errors: server.faults(), exitCode: await server.stop() };
  } finally {
    await postgres?.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}
