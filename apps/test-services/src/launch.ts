import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { freePort } from './free-port.ts';

const START_LIMIT_MS = 60_000;
const PORT_ATTEMPTS = 5;
const PORT_TAKEN = /address already in use/i;

/** The settings for starting a server. */
export interface Launch {
  /** Name of the server in error messages. */
  readonly name: string;
  readonly file: string;
  readonly parameters: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  /**
   * Folder with the server's data, which is removed if the process that started the server is
   * killed.
   */
  readonly folder?: string;
  readonly owner?: { readonly uid?: number; readonly gid?: number };
  /** Matches the line of the server's log that says that it accepts connections. */
  readonly ready: RegExp;
}

/** A server that ended before it was ready. */
export class LaunchError extends Error {
  override readonly name = 'LaunchError';
  readonly log: string;

  constructor(name: string, log: string) {
    const reason = PORT_TAKEN.test(log)
      ? 'its port is taken: end the process that listens on it, and run the tests again.'
      : log.trim().split('\n').at(-1);
    super(`${name} did not start: ${reason || 'it wrote no log.'}`);
    this.log = log;
  }
}

/**
 * Starts a server and waits until its log says that it is ready.
 *
 * @throws LaunchError if the server ends before
 */
export async function launch({
  name,
  file,
  parameters,
  env,
  folder,
  owner,
  ready,
}: Launch): Promise<ChildProcess> {
  const child = spawn(file, parameters, {
    ...(env && { env }),
    ...owner,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  endWithThisProcess(child, folder);
  let log = '';
  await new Promise<void>((resolve, reject) => {
    const limit = setTimeout(() => {
      child.kill('SIGKILL');
      reject(
        new LaunchError(name, `${log}\nThe server was not ready after ${START_LIMIT_MS / 1000} s`),
      );
    }, START_LIMIT_MS);
    const settle = (act: () => void) => {
      clearTimeout(limit);
      act();
    };
    for (const stream of [child.stdout, child.stderr])
      createInterface(stream).on('line', (line) => {
        log += `${line}\n`;
        if (ready.test(line)) settle(resolve);
      });
    child.once('error', (error) => settle(() => reject(new LaunchError(name, error.message))));
    child.once('close', () => settle(() => reject(new LaunchError(name, log))));
  });
  return child;
}

/**
 * Starts a shell that waits for the end of its standard input and then ends the server. The input
 * ends with this process, even after a SIGKILL.
 */
function endWithThisProcess(server: ChildProcess, folder = ''): void {
  if (server.pid === undefined) return;
  const parameters = [
    '-c',
    'read -r _; kill -9 "$1"; [ -z "$2" ] || rm -rf "$2"',
    'guard',
    String(server.pid),
    folder,
  ];
  const guard = spawn('sh', parameters, { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
  guard.unref();
  if (guard.stdin instanceof Socket) guard.stdin.unref();
  server.once('exit', () => guard.kill());
}

/**
 * Starts a server on a free port; on another one if a process takes the first in the meantime.
 *
 * @throws LaunchError if the server ends before it is ready
 */
export async function launchOnFreePort<Started>(
  start: (port: number) => Promise<Started>,
): Promise<Started> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await start(await freePort());
    } catch (error) {
      if (attempt >= PORT_ATTEMPTS || !(error instanceof LaunchError && PORT_TAKEN.test(error.log)))
        throw error;
    }
  }
}

/** Whether a process runs; a process that was never started does not. */
export const isRunning = (child: ChildProcess) =>
  child.pid !== undefined && child.exitCode === null && child.signalCode === null;

/** Sends a signal to a process and waits until the process has ended. */
export async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (!isRunning(child)) return;
  const ended = once(child, 'exit');
  child.kill(signal);
  await ended;
}
