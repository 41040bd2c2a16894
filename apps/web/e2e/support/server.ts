import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../../server/src/testing/clocked-main.ts', import.meta.url));
/** Timeouts in milliseconds: ten times the duration on an idle machine. */
const START_WITHIN_MS = 60_000;
const STOP_WITHIN_MS = 30_000;

export interface RunningServer {
  readonly origin: string;
  /** Advances the clock of the server, and resolves when the work that is due then is done. */
  advance(seconds: number): Promise<void>;
  stop(): Promise<void>;
}

export interface ServerSettings {
  accessTokenSeconds?: number;
  signUp?: 'open' | 'closed';
  /** Returns further environment variables, which may depend on the `origin`. */
  variables?: (origin: string) => Record<string, string>;
}

/**
 * Starts the real server in a process with a new database and secret, on a clock that the test can
 * advance.
 */
export async function startServer({
  accessTokenSeconds = 60,
  signUp = 'open',
  variables = () => ({}),
}: ServerSettings = {}): Promise<RunningServer> {
  const [port, folder] = await Promise.all([freePort(), mkdtemp(join(tmpdir(), 'latchkey-e2e-'))]);
  const origin = `http://localhost:${port}`;
  const child = spawn(process.execPath, ['--conditions=@latchkey/source', MAIN], {
    // Another working directory, so that the server does not read a developer's .env file.
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
      // A high limit, because a machine that also runs browsers is slow at times.
      MAX_DELAY_SECONDS: '30',
      ...variables(origin),
    },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const output = tail(child);
  let advances = 0;

  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) {
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS);
      await exited;
      clearTimeout(timer);
    }
    await rm(folder, { recursive: true, force: true });
  };

  try {
    await message(child, ({ kind }) => kind === 'listening');
  } catch (error) {
    await stop();
    throw new Error(`The server did not start.\n${output()}`, { cause: error });
  }
  return {
    origin,
    async advance(seconds) {
      const id = ++advances;
      const answered = message(
        child,
        (received) => received.kind === 'advanced' && received.id === id,
      );
      child.send({ id, advanceSeconds: seconds });
      await answered;
    },
    stop,
  };
}

interface ServerMessage {
  readonly kind: string;
  readonly id?: number;
}

/**
 * Resolves with the first message of a child process that matches; rejects if the process exits
 * before, or after a timeout.
 */
function message(child: ChildProcess, matches: (message: ServerMessage) => boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (finish: () => void) => {
      clearTimeout(late);
      child.off('message', onMessage);
      child.off('exit', onExit);
      finish();
    };
    const onMessage = (received: unknown) => matches(received as ServerMessage) && settle(resolve);
    const onExit = (code: number | null) =>
      settle(() => reject(new Error(`it exited with code ${code}`)));
    const late = setTimeout(
      () => settle(() => reject(new Error(`it did not answer within ${START_WITHIN_MS} ms`))),
      START_WITHIN_MS,
    );
    child.on('message', onMessage);
    child.on('exit', onExit);
  });
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
