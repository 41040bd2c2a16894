import * as sessionCard from '#messages/session/card.ts';
import { formatPageTime } from '../../lib/format.ts';
import type { RefreshCause, Rotation } from './rotation-history.ts';

const SHOWN = 5;

const CAUSES: Record<RefreshCause, string> = {
  rotate: sessionCard.rotated,
  reissue: sessionCard.reissued,
  converge: sessionCard.converged,
  recover: sessionCard.recovered,
  elsewhere: sessionCard.elsewhere,
};

/** Lists the refreshes that this tab has observed, newest first. */
export function RotationLog({
  rotations,
  lifetime,
}: {
  rotations: readonly Rotation[];
  lifetime: string;
}) {
  if (rotations.length === 0)
    return <p className="text-sm text-ink-soft">{sessionCard.logEmpty(lifetime)}</p>;

  return (
    <ol data-testid="rotation-log" className="divide-y divide-line text-sm">
      {rotations.slice(0, SHOWN).map((rotation) => (
        <li
          key={rotation.id}
          className="flex animate-appear flex-wrap items-baseline gap-x-4 py-2 first:pt-0 last:pb-0"
        >
          <time className="font-mono text-[0.8125rem] leading-6 text-ink-faint tabular-nums">
            {formatPageTime(rotation.at)}
          </time>
          <span className="min-w-14 font-mono text-[0.8125rem] leading-6 tabular-nums">
            {rotation.from}
            <span className="text-brass-ink"> → </span>
            <span className="sr-only">{sessionCard.to} </span>
            {rotation.to}
          </span>
          <span className="basis-full text-ink-soft sm:flex-1 sm:basis-0">
            {CAUSES[rotation.cause]}
          </span>
        </li>
      ))}
    </ol>
  );
}
