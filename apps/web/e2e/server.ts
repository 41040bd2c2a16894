import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../server/src/main.ts', import.meta.url));
const START_WITHIN = 20_000;
const STOP_WITHIN = 8_000;

export interface RunningServer {
  readonly origin: string;
  stop(): Promise<void>;
}

export interface ServerSettings {
  accessTokenSeconds: number;
  signUp: 'open' | 'closed';
  reauthenticationSeconds: number;
  /** Any other variables of the environment; `origin` is known only here. */
  variables?: (origin: string) => Record<string, string>;
}

/** Starts the real server as its own process, with a database and a secret of its own. */
export async function startServer({ accessTokenSeconds, signUp, reauthenticationSeconds, variables = () => ({}) }: ServerSettings): Promise<RunningServer> {
  const [port, folder] = await Promise.all([freePort(), mkdtemp(join(tmpdir(), 'latchkey-e2e-'))]);
  const origin = `http://localhost:${port}`;
  const child = spawn(process.execPath, ['--conditions=@latchkey/source', MAIN], {
    // An .env of whoever runs the tests must not reach the server.
    cwd: folder,
    env: {
      PATH: process.env.PATH,
      NODE_ENV: 'development',
      PORT: String(port),
      PUBLIC_ORIGIN: origin,
      DATABASE_URL: `file:${folder}/latchkey.db`,
      ACCESS_TOKEN_SECONDS: String(accessTokenSeconds),
      SIGN_UP: signUp,
      SIGN_UPS_PER_ADDRESS: '1000',
      REAUTHENTICATION_SECONDS: String(reauthenticationSeconds),
      // A machine that runs browsers beside it is late now and then.
      MAX_DELAY_SECONDS: '30',
      ...variables(origin),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = tail(child);

  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) {
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN);
      await exited;
      clearTimeout(timer);
    }
    await rm(folder, { recursive: true, force: true });
  };

  try {
    await untilReady(origin, child);
  } catch (error) {
    await stop();
    throw new Error(`The server did not become ready.\n${output()}`, { cause: error });
  }
  return { origin, stop };
}

async function untilReady(origin: string, child: ChildProcess): Promise<void> {
  const deadline = performance.now() + START_WITHIN;
  while (performance.now() < deadline) {
    if (child.exitCode !== null) throw new Error(`it exited with code ${child.exitCode}`);
    const response = await fetch(`${origin}/readyz`).catch(() => null);
    if (response?.status === 200) return;
    await sleep(50);
  }
  throw new Error(`no 200 from /readyz within ${START_WITHIN} ms`);
}

function tail(child: ChildProcess): () => string {
  let text = '';
  const add = (chunk: Buffer) => {
    text = (text + chunk).slice(-4000);
  };
  child.stdout?.on('data', add);
  child.stderr?.on('data', add);
  return () => text;
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  if (!address || typeof address === 'string') throw new Error('no free port');
  return address.port;
}
