import { useMemo, useRef, useState } from 'react';
import type { InspectorEvent } from '../inspector-event.ts';
import { LEGEND, tellStory } from './describe-picture.ts';
import { columnsIn, Drawing, Shape } from './drawing.tsx';
import { type MarkKind, pictureOf, rangeOf } from './picture.ts';
import { useWidth } from './width.ts';

const wordOf = (kind: MarkKind) => LEGEND[kind].word;

/** Draws a session: a lane for this browser and one for the thief, with the tokens they hold. */
export function Stage({ events }: { events: readonly InspectorEvent[] }) {
  const picture = useMemo(() => pictureOf(events), [events]);
  const story = useMemo(() => tellStory(events), [events]);
  const box = useRef<HTMLDivElement>(null);
  const width = useWidth(box);
  const [back, setBack] = useState(0);
  const fit = columnsIn(width);
  const range = rangeOf(picture, fit, back);
  const kinds = [...new Set(picture.marks.map(({ kind }) => kind))];

  return (
    <div className="stage">
      <div ref={box}>
        <Drawing picture={picture} range={range} width={width} label={story} wordOf={wordOf} />
      </div>
      <p className="told" data-testid="inspector-story">
        {story}
      </p>
      {picture.marks.length > fit && (
        <div className="pager">
          <button
            type="button"
            disabled={range.first === 1}
            onClick={() => setBack(picture.marks.length - range.last + fit - 1)}
          >
            Earlier
          </button>
          <button
            type="button"
            disabled={range.last === picture.marks.length}
            onClick={() => setBack(Math.max(0, back - fit + 1))}
          >
            Later
          </button>
        </div>
      )}
      {kinds.length > 0 && (
        <dl className="legend" aria-label="Legend">
          {kinds.map((kind) => (
            <div key={kind}>
              <dt>
                <svg viewBox="-10 -10 20 20" width="18" aria-hidden="true">
                  <Shape kind={kind} />
                </svg>
                {LEGEND[kind].word}
              </dt>
              <dd>{LEGEND[kind].means}</dd>
            </div>
          ))}
        </dl>
      )}
    </div>
  );
}
