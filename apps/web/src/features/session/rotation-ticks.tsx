import * as sessionCard from '#messages/session/card.ts';
import type { Rotation } from './rotation-history.ts';

/** Maximum number of ticks, which is more than fit; the oldest are cut off on the left. */
const MAX_TICKS = 90;

interface RotationTicksProps {
  generation: number;
  rotations: readonly Rotation[];
}

/**
 * Shows the past rotations as ticks: every tenth is taller, those observed in this tab are darker,
 * the newest is brass-coloured.
 */
export function RotationTicks({ generation, rotations }: RotationTicksProps) {
  const oldestSeen = Math.min(
    ...rotations.filter(({ from, to }) => to > from).map(({ to }) => to),
    generation + 1,
  );
  const seen = generation + 1 - oldestSeen;
  const ticks = Array.from(
    { length: Math.min(generation, MAX_TICKS) },
    (_, index) => generation - index,
  );

  return (
    <div>
      <p className="text-sm text-ink-soft">{describe(generation, seen)}</p>
      {/* The order is reversed, so that the oldest ticks are cut off. */}
      <div
        aria-hidden
        data-testid="ticks"
        className="ruler mt-4 flex h-9 flex-row-reverse overflow-hidden border-b border-line-strong"
      >
        <div className="mr-auto flex h-full shrink-0 flex-row-reverse items-end gap-[5px]">
          {ticks.map((tick) => (
            <span
              key={tick}
              data-tick={tick}
              className={`drawn w-[3px] shrink-0 origin-bottom rounded-t-[1px] ${tick % 10 === 0 ? 'h-full' : 'h-3/5'} ${look(tick, generation, oldestSeen)}`}
            />
          ))}
        </div>
      </div>
    </div>
  );
}

function look(tick: number, newest: number, oldestSeen: number): string {
  const animation = tick >= oldestSeen ? 'tick-new' : '';
  if (tick === newest) return `bg-brass ${animation}`;
  return tick >= oldestSeen ? `bg-ink-soft ${animation}` : 'bg-line-strong opacity-60';
}

function describe(generation: number, seen: number): string {
  if (generation === 0) return sessionCard.noRotations;
  return seen > 0 ? sessionCard.rotationsSeen(generation, seen) : sessionCard.rotations(generation);
}
