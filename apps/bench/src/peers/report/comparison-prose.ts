import { number } from '../../print.ts';
import type { QueryResult } from '../query-rounds.ts';

type Spread = readonly [number, number];

/**
 * Lists the contestants whose medians are ahead of Latchkey's in throughput or processor time, each
 * with the reason, as a Markdown list. A lead within the middle halves of the rounds is marked.
 */
export function aheadOfLatchkey(results: readonly QueryResult[]): string {
  const ours = results.find(({ peer }) => peer.kind === 'latchkey-hs256');
  if (!ours) return '';
  const lines = results.flatMap(
    ({ peer, ratio, spread, cpuMicroseconds, cpuSpread, cpuAloneMicroseconds }) => {
      if (peer.kind.startsWith('latchkey')) return [];
      const gains = [
        ...leadOf(ratio / ours.ratio - 1, isBelow(ours.spread, spread), 'more requests per second'),
        ...leadOf(
          1 - cpuMicroseconds / ours.cpuMicroseconds,
          isBelow(cpuSpread, ours.cpuSpread),
          'less processor time in the Node process',
        ),
      ];
      if (gains.length === 0) return [];
      const alone = cpuAloneMicroseconds / ours.cpuAloneMicroseconds - 1;
      const turned =
        alone > 0 ? ` Alone it takes ${percent(alone)} more processor time than Latchkey.` : '';
      return [`- **${peer.name}**: ${gains.join('; ')}. The reason: ${peer.saves}.${turned}`];
    },
  );
  return lines.length > 0 ? lines.join('\n') : 'No contestant is ahead in this run.';
}

function leadOf(part: number, isBorneOut: boolean, of: string): string[] {
  if (Math.round(part * 100) <= 0) return [];
  return [`${percent(part)} ${of}${isBorneOut ? '' : ' (the middle halves overlap)'}`];
}

const isBelow = ([, high]: Spread, [low]: Spread) => high < low;
const percent = (part: number) => `${number(part * 100)} %`;
