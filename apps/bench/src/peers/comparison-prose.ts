import { number } from '../print.ts';
import type { QueryResult } from './query-rounds.ts';

type Spread = readonly [number, number];

/** Who is ahead of Latchkey in throughput or processor time, each with the reason: lines of a Markdown list. Ahead is whose middle half of the rounds lies beyond Latchkey's. */
export function aheadOfLatchkey(results: readonly QueryResult[]): string {
  const ours = results.find(({ peer }) => peer.kind === 'latchkey-hs256');
  if (!ours) return '';
  const lines = results.flatMap(({ peer, ratio, spread, cpuMicroseconds, cpuSpread }) => {
    if (peer.kind.startsWith('latchkey')) return [];
    const gains = [
      ...(isBelow(ours.spread, spread) ? [`${percent(ratio / ours.ratio - 1)} more requests per second`] : []),
      ...(isBelow(cpuSpread, ours.cpuSpread) ? [`${percent(1 - cpuMicroseconds / ours.cpuMicroseconds)} less processor time in the Node process`] : []),
    ];
    return gains.length > 0 ? [`- **${peer.name}**: ${gains.join('; ')}. The reason: ${peer.saves}.`] : [];
  });
  return lines.length > 0 ? lines.join('\n') : 'Nobody whose lead the rounds of this run tell from noise.';
}

const isBelow = ([, high]: Spread, [low]: Spread) => high < low;
const percent = (part: number) => `${number(part * 100)} %`;
