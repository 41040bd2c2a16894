import { spawn } from 'node:child_process';
import { Agent, get } from 'node:http';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { type Comparison, type Contestant, compare, type Round } from './measure.ts';

const CONNECTIONS = 16;

/** An authenticated tRPC query against the same query with nothing in front of it, and with an empty tRPC middleware. Server and load are processes of their own. */
export async function benchQuery(rounds: number, seconds: number): Promise<{ bare: Comparison; middleware: Comparison }> {
  const server = spawn(process.execPath, ['--conditions=@latchkey/source', fileURLToPath(new URL('./query-server.ts', import.meta.url))], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const { port, cookies } = await new Promise<{ port: number; cookies: string[] }>((resolve, reject) => {
      createInterface(server.stdout).once('line', (line) => resolve(JSON.parse(line)));
      server.once('exit', () => reject(new Error('the server of the query benchmark ended')));
    });
    const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
    const contestant = (name: string, path: string): Contestant => ({ name, round: (time) => load(agent, port, path, cookies, time) });
    const subject = contestant('tRPC query, signed in', '/auth/hello');
    return {
      bare: await compare(subject, contestant('the same query, bare', '/bare/hello'), rounds, seconds),
      middleware: await compare(subject, contestant('the same behind an empty tRPC middleware', '/middleware/hello'), rounds, seconds),
    };
  } finally {
    server.kill();
  }
}

async function load(agent: Agent, port: number, path: string, cookies: readonly string[], seconds: number): Promise<Round> {
  const latencies: number[] = [];
  const began = performance.now();
  const until = began + seconds * 1000;
  let turn = 0;
  const connection = async () => {
    while (performance.now() < until) {
      const sent = performance.now();
      await request(agent, port, path, cookies[turn++ % cookies.length] ?? '');
      latencies.push(performance.now() - sent);
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, connection));
  return { perSecond: (latencies.length / (performance.now() - began)) * 1000, latencies };
}

function request(agent: Agent, port: number, path: string, cookie: string): Promise<void> {
  return new Promise((resolve, reject) => {
    get({ agent, host: '127.0.0.1', port, path, headers: { cookie } }, (response) => {
      if (response.statusCode !== 200) return reject(new Error(`${path} answered ${response.statusCode}`));
      response.resume().once('end', resolve);
    }).once('error', reject);
  });
}
