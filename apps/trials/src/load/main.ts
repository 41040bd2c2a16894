import { terminalText } from '@latchkey/server/terminal-text';
import type { OthersReport } from '../measuring/others.ts';
import { type LoadReports, runLoad } from './load.ts';
import { maxOpenFiles, parseLoadOptions } from './load-options.ts';
import type { SceneReport } from './scenes.ts';
import { faultsOfAborts, faultsOfScene, faultsOfSignIns, faultsOfStreams } from './verdict.ts';

/**
 * `npm run trials -- load`: many sign-ins at once, aborted requests and open streams on a server
 * with a large store, while other users are measured.
 */
const options = parseLoadOptions(process.argv.slice(2), maxOpenFiles());
if ('fault' in options) {
  console.error(options.fault);
  process.exit(2);
}

const { streams, revoked } = options;

const say = (text: string) => console.log(`  ${text}`);
const mib = (bytes: number) => `${(bytes / 2 ** 20).toFixed(1)} MiB`;
const ms = (value: number) => `${value.toFixed(1)} ms`;
const s = (value: number) => `${value.toFixed(2)} s`;
const counts = (by: Readonly<Record<string, number>>) =>
  Object.entries(by)
    .map(([what, times]) => `${times} × ${what}`)
    .join(', ');

let faults = 0;
function printScene<Result>(report: SceneReport<Result>, more: readonly string[]): void {
  const { idle, during, before, after, peakBytes } = report;
  const ratio = (figure: (of: OthersReport) => number) =>
    `${ms(figure(idle))} → ${ms(figure(during))} (${(figure(during) / figure(idle)).toFixed(1)} times)`;
  say(
    `others: ${during.served} served, ${during.failed.length} failed, ${during.rotations} refresh tokens; p50 ${ratio(({ p50Ms }) => p50Ms)}, p99 ${ratio(({ p99Ms }) => p99Ms)}`,
  );
  say(
    `memory ${mib(before.rssBytes)}, peak ${mib(peakBytes)}, then ${mib(after.rssBytes)}; heap after collection ${mib(before.heapBytes)} → ${mib(after.heapBytes)}; handles ${before.handles} → ${after.handles}`,
  );
  printFaults([...more, ...faultsOfScene(report)]);
}

function printFaults(lines: readonly string[]): void {
  faults += lines.length;
  for (const line of lines.slice(0, 20)) say(terminalText(`FAULT: ${line}`));
}

const reports: LoadReports = {
  onProgress: (text) => say(`… ${text}`),
  onSignIns(report) {
    const { clients, seconds, answers, p50Seconds, p99Seconds } = report.result;
    console.log(`${clients} sign-ins at once, from as many addresses: all in after ${s(seconds)}`);
    say(
      `answers: ${counts(answers)}; a user is in after p50 ${s(p50Seconds)}, p99 ${s(p99Seconds)}`,
    );
    printScene(report, faultsOfSignIns(report.result));
  },
  onAborts(report) {
    const { seconds, cut, refused, unanswered, lost } = report.result;
    const sum = Object.values(cut).reduce((total, times) => total + times, 0);
    console.log(`${sum} aborted requests in ${s(seconds)}: ${counts(cut)}`);
    say(
      `complete requests refused for load: ${refused}, without a response: ${unanswered}; users who lost their session: ${lost.length}`,
    );
    printScene(report, faultsOfAborts(report.result));
  },
  onStreams(report) {
    const { opened, heapBytesEach, rssBytesEach, seen, closed, left } = report.result;
    console.log(
      `${opened.sse} SSE streams and ${opened.webSockets} WebSockets, opened in ${s(opened.seconds)}`,
    );
    say(
      `memory of each ${(rssBytesEach / 1024).toFixed(1)} KiB, heap ${(heapBytesEach / 1024).toFixed(1)} KiB`,
    );
    say(
      `an event for each: ${seen.count} saw it, half after ${s(seen.p50)}, all after ${s(seen.all)}`,
    );
    say(
      `users disabled: ${closed.count} streams ended, all after ${s(closed.all)}; from each response p50 ${s(closed.p50)}, p99 ${s(closed.p99)}; ${left} others stay open`,
    );
    printScene(report, faultsOfStreams(report.result, { count: streams, revoked }));
  },
};

for (const store of options.stores) {
  console.log(
    `\n${store === 'sqlite' ? 'SQLite' : 'PostgreSQL'}, ${options.sessions} sessions in the store, seed ${options.seed}`,
  );
  const { errors, exitCode } = await runLoad({ ...options, store }, reports);
  printFaults([
    ...errors.slice(0, 10).map((line) => `log: ${line.slice(0, 500)}`),
    ...(exitCode === 0 ? [] : [`the server ended with exit code ${exitCode}`]),
  ]);
}
console.log(faults > 0 ? `FAULT: ${faults}` : 'Nothing is lost, and everyone else is served.');
process.exitCode = faults > 0 ? 1 : 0;
