import type { InspectorEvent } from '../inspector-event.ts';

/** How many ticks are drawn: more than fit, so the oldest are cut off on the left. */
const MAX_TICKS = 90;

interface RotationTicksProps {
  generation: number;
  /** The events of the session, in any order. */
  events: readonly InspectorEvent[];
}

/**
 * Shows the past rotations as ticks: every tenth is taller, those among the events are darker, the
 * newest has the accent colour.
 */
export function RotationTicks({ generation, events }: RotationTicksProps) {
  const listed = new Set(
    events.flatMap((event) =>
      event.kind === 'refreshed' && event.by === 'browser' && event.decision !== 'reissue'
        ? [event.generation]
        : [],
    ),
  );
  const ticks = Array.from(
    { length: Math.min(generation, MAX_TICKS) },
    (_, index) => generation - index,
  );
  return (
    <div>
      <p className="hint">{describeRotations(generation)}</p>
      <div aria-hidden className="ticks">
        <div>
          {ticks.map((tick) => (
            <span
              key={tick}
              data-tenth={tick % 10 === 0 || undefined}
              data-listed={listed.has(tick) || undefined}
            />
          ))}
        </div>
      </div>
    </div>
  );
}

function describeRotations(count: number): string {
  if (count === 0) return 'No rotation yet. Each one will leave a mark here.';
  return `${count} ${count === 1 ? 'rotation' : 'rotations'} since you signed in.`;
}
