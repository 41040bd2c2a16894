import { number } from '../print.ts';
import type { QueryResult } from './query-rounds.ts';

/** Who is ahead of Latchkey in throughput or processor time, each with the reason: lines of a Markdown list. */
export function aheadOfLatchkey(results: readonly QueryResult[]): string {
  const ours = results.find(({ peer }) => peer.kind === 'latchkey-hs256');
  if (!ours) return '';
  const percent = (value: number) => `${number(Math.abs(value) * 100)} %`;
  const lines = results.flatMap((result) => {
    if (result.peer.kind.startsWith('latchkey')) return [];
    const [faster, lighter] = [result.ratio / ours.ratio - 1, 1 - result.cpuMicroseconds / ours.cpuMicroseconds];
    const gains = [
      faster > 0 && `${percent(faster)} more requests per second${overlap(result, ours) ? ', which is within the spread of the rounds' : ''}`,
      lighter > 0 && `${percent(lighter)} less processor time in the Node process`,
    ].filter((gain) => gain !== false);
    return gains.length > 0 ? [`- **${result.peer.name}**: ${gains.join('; ')}. The reason: ${result.peer.saves}.`] : [];
  });
  return lines.length > 0 ? lines.join('\n') : 'Nobody, in this run.';
}

const overlap = ({ spread: [low, high] }: QueryResult, other: QueryResult) => low <= other.spread[1] && other.spread[0] <= high;
