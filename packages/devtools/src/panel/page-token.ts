import { type SessionAnswer, useLatchkey } from '@latchkey/react';
import { useEffect, useRef } from 'react';
import type { InspectorEvent } from '../inspector-event.ts';
import type { InspectorLog } from '../log/inspector-log.ts';

/**
 * Returns what the newest events say about the browser's access token: `dropped` until the browser
 * is given another one.
 */
export function tokenAfterEvents(events: readonly InspectorEvent[]): 'dropped' | 'held' {
  const last = events.findLast(
    (event) => event.kind === 'dropped' || (event.kind === 'refreshed' && event.by === 'browser'),
  );
  return last?.kind === 'dropped' ? 'dropped' : 'held';
}

/** Returns an answer of `auth.session` without the access token, which the browser has dropped. */
export const withoutAccessToken = (answer: SessionAnswer): SessionAnswer => ({
  ...answer,
  accessTokenSecondsLeft: null,
  refreshed: null,
});

/**
 * Keeps the page's own knowledge of the access token true while the inspector drops it: the page
 * cannot see its cookies. Once the token is renewed, or the inspector is closed, the page asks the
 * server again.
 */
export function useTokenOnPage({ events, session }: InspectorLog): void {
  const { queryClient, sessionKey } = useLatchkey();
  const isVoid = useRef(false);
  const now = session === null ? 'held' : tokenAfterEvents(events);
  useEffect(() => {
    if (now === 'dropped') {
      isVoid.current = true;
      queryClient.setQueryData<SessionAnswer>(sessionKey, (answer) =>
        answer?.principal ? withoutAccessToken(answer) : undefined,
      );
    } else if (isVoid.current) {
      isVoid.current = false;
      void queryClient.refetchQueries({ queryKey: sessionKey });
    }
  }, [now, queryClient, sessionKey]);
  useEffect(
    () => () => {
      if (isVoid.current) void queryClient.refetchQueries({ queryKey: sessionKey });
    },
    [queryClient, sessionKey],
  );
}
