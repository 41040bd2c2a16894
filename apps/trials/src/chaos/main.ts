import { parseArgs } from 'node:util';
import { terminalText } from '@latchkey/server/terminal-text';
import { type ChaosReport, runChaos } from './chaos.ts';

/**
 * `npm run trials -- chaos`: kills stores and nodes and cuts networks under load, and reports what
 * the browsers observed.
 */
const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    clients: { type: 'string', default: '64' },
    store: { type: 'string' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 1e6)) },
  },
});
const options = {
  clients: Number(values.clients),
  rounds: Number(values.rounds),
  seed: Number(values.seed),
  requests: 2_000,
  accessTokenSeconds: 8,
};
if (!Object.values(options).every((value) => Number.isInteger(value) && value > 0)) {
  console.error(
    'Usage: npm run trials -- chaos [--rounds N] [--clients N] [--seed N] [--store postgres|redis], whole numbers above 0.',
  );
  process.exit(2);
}

let failed = false;
for (const store of ['postgres', 'redis'] as const) {
  if (values.store !== undefined && values.store !== store) continue;
  console.log(
    `\n${options.clients} browsers on two nodes, sessions in ${store === 'redis' ? 'Redis' : 'PostgreSQL'}, ${options.rounds} rounds, seed ${options.seed}`,
  );
  const report = await runChaos({
    ...options,
    store,
    onProgress: (text) => console.log(`  … ${text}`),
  });
  print(report);
  failed ||= [
    report.signedOut.length,
    report.unexpected.length,
    report.cameBack,
    report.lostRotations,
  ].some((count) => count > 0);
}
process.exitCode = failed ? 1 : 0;

function print(report: ChaosReport): void {
  const statuses = Object.entries(report.statuses).map(([status, times]) => `${times} × ${status}`);
  console.log(
    `  ${report.requests} requests (${statuses.join(', ')}), ${report.rotations} refresh tokens, ${report.kills} kills, ${report.lostReplies} replies lost after the commit`,
  );
  for (const [name, seconds] of Object.entries(report.recoverySeconds))
    console.log(
      `  ${name}: ready again after ${seconds.map((value) => `${value.toFixed(2)} s`).join(', ')}`,
    );
  console.log(`  honest browsers signed out: ${report.signedOut.length}`);
  console.log(`  acknowledged rotations lost: ${report.lostRotations}`);
  console.log(
    `  acknowledged sign-outs: ${report.signOuts}, of which came back: ${report.cameBack}`,
  );
  for (const line of [...new Set([...report.signedOut, ...report.unexpected])].slice(0, 20))
    console.log(terminalText(`  FAULT: ${line}`));
}
