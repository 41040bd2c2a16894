import { spawn } from 'node:child_process';
import { Agent, get } from 'node:http';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { type Comparison, type Contestant, compare, type Pace, repeat } from './measure.ts';

const CONNECTIONS = 16;

/** An authenticated tRPC query against the same query with nothing in front of it, and with an empty tRPC middleware. Server and load are processes of their own. */
export async function benchQuery(pace: Pace): Promise<{ bare: Comparison; middleware: Comparison }> {
  const server = spawn(process.execPath, ['--conditions=@latchkey/source', fileURLToPath(new URL('./query-server.ts', import.meta.url))], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  process.once('exit', () => server.kill());
  try {
    const { port, cookies } = await new Promise<{ port: number; cookies: string[] }>((resolve, reject) => {
      createInterface(server.stdout).once('line', (line) => resolve(JSON.parse(line)));
      server.once('exit', () => reject(new Error('the server of the query benchmark ended')));
    });
    const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
    const contestant = (name: string, path: string): Contestant => ({
      name,
      round: (seconds) => repeat(seconds, CONNECTIONS, (turn) => request(agent, port, path, cookies[turn % cookies.length] ?? '')),
    });
    const subject = contestant('tRPC query, signed in', '/auth/hello');
    return {
      bare: await compare(subject, contestant('the same query, bare', '/bare/hello'), pace),
      middleware: await compare(subject, contestant('the same behind an empty tRPC middleware', '/middleware/hello'), pace),
    };
  } finally {
    server.kill();
  }
}

function request(agent: Agent, port: number, path: string, cookie: string): Promise<void> {
  return new Promise((resolve, reject) => {
    get({ agent, host: '127.0.0.1', port, path, headers: { cookie } }, (response) => {
      if (response.statusCode !== 200) return reject(new Error(`${path} answered ${response.statusCode}`));
      response.resume().once('end', resolve);
    }).once('error', reject);
  });
}
