import { useEffect, useState } from 'react';
import type {
  InspectorAnswer,
  InspectorEnd,
  InspectorEvent,
  InspectorHello,
} from '../inspector-event.ts';
import { type Story, shortSession } from '../story/stories.ts';
import { afterAnswer, afterEvent, afterHello, type InspectorLog, NO_LOG } from './inspector-log.ts';

type Change = (log: InspectorLog) => InspectorLog;

/**
 * Follows the events of one session until it ends.
 *
 * @returns a function that stops it
 */
function watchSession(path: string, change: (by: Change) => void, onEnd: () => void): () => void {
  const source = new EventSource(`${path}/events`);
  source.addEventListener('hello', ({ data }) =>
    change((log) => afterHello(log, JSON.parse(data) as InspectorHello)),
  );
  source.addEventListener('message', ({ data }) =>
    change((log) => afterEvent(log, JSON.parse(data) as InspectorEvent, performance.now())),
  );
  source.addEventListener('answer', ({ data }) =>
    change((log) => afterAnswer(log, JSON.parse(data) as InspectorAnswer)),
  );
  source.addEventListener('ended', ({ data }) => {
    source.close();
    onEnd();
    change((log) => ({ ...log, end: JSON.parse(data) as InspectorEnd }));
  });
  // EventSource reconnects by itself, unless the server did not answer with a stream: then it is
  // closed.
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
 * Returns the log of the signed-in session. A browser opens at most six HTTP/1.1 connections to a
 * server, so a hidden page closes its stream, and gets the missed events when it is visible again.
 * After a sign-out the stream stays until the server has said why it ends, and the log stays.
 *
 * @param path where the server's routes are
 * @param kept returns what was kept of a session, to go on from
 */
export function useInspectorLog(
  path: string,
  sessionId: string | null,
  kept: (session: string) => Story | undefined,
): InspectorLog {
  const [log, setLog] = useState(NO_LOG);
  const [watched, setWatched] = useState(sessionId);
  if (sessionId !== null && sessionId !== watched) setWatched(sessionId);

  useEffect(() => {
    if (watched === null) return;
    const session = shortSession(watched);
    const { events = [], answers = [] } = kept(session) ?? {};
    setLog({ ...NO_LOG, session, events, answers });
    let isOver = false;
    let leave: (() => void) | null = null;
    const follow = () => {
      if (document.visibilityState === 'visible' && !isOver) {
        leave ??= watchSession(path, setLog, () => {
          isOver = true;
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
  }, [path, watched, kept]);

  return log;
}
