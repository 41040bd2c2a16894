import { number } from '../../print.ts';
import type { ExpiryCost } from '../expiry-cost.ts';
import type { QueryResult } from '../query-rounds.ts';
import { type BarChart, barChart } from './bar-chart.ts';

/** The results of a run that appear in charts. */
export interface Drawn {
  readonly queries: readonly QueryResult[];
  readonly expiry: readonly ExpiryCost[];
}

/** A chart of the benchmark page: `name` is the file name without `.svg`. */
export interface Plot {
  readonly name: string;
  readonly title: string;
  readonly svg: string;
}

export function plots({ queries, expiry }: Drawn): Plot[] {
  const bars = (figure: (result: QueryResult) => number) =>
    queries.map((result) => ({
      label: result.peer.name,
      values: [figure(result)],
      isOurs: result.peer.kind.startsWith('latchkey'),
    }));
  return [
    plot('throughput', {
      title: 'Authenticated queries against bare tRPC',
      axis: "part of bare tRPC's throughput, in per cent; more is better",
      series: ['throughput'],
      rows: bars(({ ratio }) => ratio * 100),
      format: (value) => number(value),
    }),
    plot('cpu', {
      title: 'Processor time of the server for each request',
      axis: "microseconds of the Node process, without the store's; less is better",
      series: ['time'],
      rows: bars(({ cpuMicroseconds }) => cpuMicroseconds),
      format: (value) => number(value),
    }),
    plot('expiry', {
      title: 'A query with an expired access token',
      axis: 'milliseconds, p50, by round-trip time; less is better',
      series: ['no expiry', 'Latchkey', '401, refresh, again'],
      rows: expiry.map(({ distanceMs, ordinary, latchkey, dance }) => ({
        label: `${distanceMs} ms away`,
        values: [ordinary.p50, latchkey.p50, dance.p50],
      })),
      format: (value) => number(value),
    }),
  ];
}

const plot = (name: string, chart: BarChart): Plot => ({
  name,
  title: chart.title,
  svg: barChart(chart),
});
