import { cpus } from 'node:os';
import type { Comparison } from './measure.ts';
import { benchQuery } from './query-bench.ts';
import { benchRefresh } from './refresh-bench.ts';

const ROUNDS = 101;
const ROUND_SECONDS = 0.15;

interface Row {
  readonly aim: string;
  readonly result: Comparison;
}

console.log(`Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model ?? 'processor'}, ${process.platform}`);
console.log(`Each pair runs in turns, ${ROUNDS} rounds of ${ROUND_SECONDS} s each; figures are medians, the ratio is taken round by round.\n`);

const query = await benchQuery(ROUNDS, ROUND_SECONDS);
const refresh = await benchRefresh(ROUNDS, ROUND_SECONDS);
const rows: Row[] = [
  { aim: '≥ 0.95', result: query.bare },
  { aim: '', result: query.middleware },
  { aim: '≥ 0.5', result: refresh.store },
  { aim: '', result: refresh.whole },
];

const cell = (value: number | null, unit: string, digits = 0) => (value === null ? '–' : `${value.toFixed(digits)} ${unit}`);
const table = [
  ['', 'per second', 'p50', 'p99', 'ratio (worst … best round)', 'aim'],
  ...rows.flatMap(({ aim, result: { subject, reference, ratio, spread } }) => [
    [
      subject.name,
      cell(subject.perSecond, '/s'),
      cell(subject.p50, 'ms', 2),
      cell(subject.p99, 'ms', 2),
      `${ratio.toFixed(2)} (${spread.map((value) => value.toFixed(2)).join(' … ')})`,
      aim,
    ],
    [reference.name, cell(reference.perSecond, '/s'), cell(reference.p50, 'ms', 2), cell(reference.p99, 'ms', 2), '1', ''],
  ]),
];
const widths = table[0]?.map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0))) ?? [];
for (const row of table) console.log(row.map((text, column) => (column === 0 ? text.padEnd(widths[0] ?? 0) : text.padStart(widths[column] ?? 0))).join('   '));
