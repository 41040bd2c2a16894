import { useMemo, useState } from 'react';
import { filterLines, foldEvents, type LogLine, plainText } from '../log/fold.ts';
import { Stage } from '../stage/stage.tsx';
import type { Story } from '../story/stories.ts';
import { EventLog, timeOfDay } from './event-log.tsx';
import { Intro } from './intro.tsx';

/** Shows a session as a picture and as a log. Use the session as key. */
export function History({ story }: { story: Story }) {
  const [text, setText] = useState('');
  const [paused, setPaused] = useState<Story | null>(null);
  const [cleared, setCleared] = useState(0);
  const shown = paused ?? story;
  const events = useMemo(
    () => shown.events.filter(({ id, at }) => cleared === 0 || at * 1e6 + id > cleared),
    [shown, cleared],
  );
  const lines = useMemo(() => foldEvents(events, shown.answers), [events, shown]);
  const found = useMemo(() => filterLines(lines, text), [lines, text]);
  const last = story.events.at(-1);

  return (
    <>
      <div className="pictured">
        <Intro isOpen={story.events.length <= 1} />
        <h3>What happened</h3>
        <Stage events={events} />
      </div>
      <div className="happened">
        <div className="tools">
          <h3>Events</h3>
          <input
            type="search"
            aria-label="Filter the events"
            placeholder="Filter"
            value={text}
            onChange={({ target }) => setText(target.value)}
          />
          <button
            type="button"
            aria-pressed={paused !== null}
            onClick={() => setPaused(paused ? null : story)}
          >
            Pause
          </button>
          <button type="button" onClick={() => last && setCleared(last.at * 1e6 + last.id)}>
            Clear
          </button>
          <Copy lines={found} />
          <button type="button" onClick={() => exportStory(story)}>
            Export
          </button>
        </div>
        <EventLog lines={found} isEmpty={lines.length === 0} />
      </div>
    </>
  );
}

/** Copies the log as text. */
function Copy({ lines }: { lines: readonly LogLine[] }) {
  const [state, setState] = useState('Copy');
  async function copy(): Promise<void> {
    const text = lines.map((line) => `${timeOfDay(line.event.at)} ${plainText(line)}`).join('\n');
    await navigator.clipboard.writeText(text).then(
      () => setState('Copied'),
      () => setState('Not copied'),
    );
  }
  return (
    <button type="button" onClick={() => void copy()} onBlur={() => setState('Copy')}>
      <span role="status">{state}</span>
    </button>
  );
}

/** Saves a story as a JSON file. It contains no token. */
function exportStory(story: Story): void {
  const blob = new Blob([`${JSON.stringify(story, null, 2)}\n`], { type: 'application/json' });
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = `latchkey-session-${story.session}.json`;
  link.click();
  URL.revokeObjectURL(link.href);
}
