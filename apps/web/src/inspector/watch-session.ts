import type { InspectorEnd, InspectorEvent, InspectorHello } from '@latchkey/server/inspector';
import { useEffect, useState } from 'react';
import { afterEvent, afterHello, type InspectorLog, NO_LOG } from './inspector-log.ts';

type Change = (log: InspectorLog) => InspectorLog;

/** Follows the events of one session until it ends. @returns follows no more */
function watchSession(change: (by: Change) => void, onEnd: () => void): () => void {
  const source = new EventSource('/__inspector/events');
  source.addEventListener('hello', ({ data }) =>
    change((log) => afterHello(log, JSON.parse(data) as InspectorHello)),
  );
  source.addEventListener('message', ({ data }) =>
    change((log) => afterEvent(log, JSON.parse(data) as InspectorEvent, performance.now())),
  );
  source.addEventListener('ended', ({ data }) => {
    source.close();
    onEnd();
    change((log) => ({ ...log, end: JSON.parse(data) as InspectorEnd }));
  });
  // It comes back by itself, unless the server answered with something else than a stream.
  source.addEventListener('error', () => {
    change((log) =>
      log.end
        ? log
        : { ...log, stream: source.readyState === EventSource.CLOSED ? 'refused' : 'broken' },
    );
  });
  return () => source.close();
}

/**
 * The log of the session that is signed in. A browser has six connections for a server, so a page
 * that nobody looks at gives its own back, and hears the rest when it is looked at again. Once
 * nobody is signed in, what was last known stays.
 */
export function useInspectorLog(sessionId: string | null): InspectorLog {
  const [log, setLog] = useState(NO_LOG);

  useEffect(() => {
    if (sessionId === null) return;
    setLog(NO_LOG);
    let over = false;
    let leave: (() => void) | null = null;
    const follow = () => {
      if (document.visibilityState === 'visible' && !over) {
        leave ??= watchSession(setLog, () => {
          over = true;
        });
        return;
      }
      leave?.();
      leave = null;
    };
    follow();
    document.addEventListener('visibilitychange', follow);
    return () => {
      document.removeEventListener('visibilitychange', follow);
      leave?.();
    };
  }, [sessionId]);

  return log;
}
