import { type SessionState, useLatchkey, useSession } from '@latchkey/react';
import { useEffect, useMemo, useRef, useState } from 'react';
import { describeTheft } from '../log/describe-event.ts';
import { type InspectorLog, theftOf } from '../log/inspector-log.ts';
import { lifeIn, type TokenLife } from '../log/token-life.ts';
import { useInspectorLog } from '../log/watch-session.ts';
import { useStyleSheet } from '../shadow/use-style-sheet.ts';
import { Trials } from '../trials/trials.tsx';
import { AgeBar } from './age-bar.tsx';
import { CookieLines } from './cookie-lines.tsx';
import { EventLog } from './event-log.tsx';
import { PANEL_STYLES } from './panel-styles.ts';
import { RotationTicks } from './rotation-ticks.tsx';

export interface InspectorPanelProps {
  /** The shadow root in which the panel is drawn. */
  root: ShadowRoot | null;
  /** The path of the inspector's routes on the server. */
  path: string;
  onClose(): void;
}

/** Shows the session in terms of the protocol, live. */
export function InspectorPanel({ root, path, onClose }: InspectorPanelProps) {
  useStyleSheet(root, PANEL_STYLES);
  const session = useSession();
  const known = session.status === 'signed-in' || session.status === 'interrupted' ? session : null;
  const log = useInspectorLog(path, known?.principal.sessionId ?? null);
  const answered = useAnsweredLife(known);
  const closer = useRef<HTMLButtonElement>(null);
  useEffect(() => closer.current?.focus(), []);
  useRefetchAtEnd(log);
  const theftText = useTheftText(log);

  const life = log.token && log.token.at >= (answered?.receivedAt ?? 0) ? log.token.life : answered;
  const generation = Math.max(
    known?.principal.generation ?? 0,
    ...log.events.map((event) =>
      event.kind === 'refreshed' && event.by === 'browser' ? event.generation : 0,
    ),
  );
  const isAlive = session.status === 'signed-in' && log.end === null;

  return (
    <section
      aria-label="Session inspector"
      className="panel"
      onKeyDown={({ key }) => key === 'Escape' && onClose()}
    >
      <header className="head">
        <h2>Session inspector</h2>
        <p role="status">{describeState(log, session)}</p>
        <button ref={closer} type="button" aria-label="Close the inspector" onClick={onClose}>
          <Cross />
        </button>
      </header>
      <div className="body">
        <div className="now">
          {(known || log.end) && (
            <>
              <AgeBar life={life} isAlive={isAlive} />
              <p className="generation">
                Generation <b data-testid="inspector-generation">{generation}</b>
              </p>
              <RotationTicks generation={generation} events={log.events} />
            </>
          )}
          <Trials
            key={known?.principal.sessionId}
            path={path}
            disabled={!isAlive || log.stream === 'refused'}
            events={log.events}
            theftText={theftText}
          />
        </div>
        <div className="happened">
          <h3>Events</h3>
          <EventLog events={log.events} />
        </div>
        <div className="held">
          <h3>Cookies, as sent</h3>
          {known ? (
            <CookieLines cookies={known.answer.cookies} />
          ) : (
            <p className="hint">{SIGNED_OUT}</p>
          )}
          {log.terms && (
            <p className="hint">
              Grace is {log.terms.graceSeconds} s, and a token rotates again after{' '}
              {log.terms.settleSeconds} s.
            </p>
          )}
        </div>
      </div>
    </section>
  );
}

const SIGNED_OUT = 'No session: sign in to watch one.';

function describeState({ stream, end }: InspectorLog, { status }: SessionState): string {
  if (end)
    return `The session is over${end.cause ? ` (${end.cause})` : ''}. ${end.explanation}`.trim();
  if (status === 'signed-out') return SIGNED_OUT;
  if (status === 'interrupted') return 'The session is over.';
  return {
    connecting: 'Connecting…',
    open: 'Live.',
    broken: 'The server is not answering. Trying again…',
    refused:
      'The server refused the stream. Check that createInspector is mounted at this path and ' +
      'enabled, and close other streams.',
  }[stream];
}

/**
 * Returns the access token's life by the last answer of `auth.session`, which may be older than the
 * panel.
 */
function useAnsweredLife(
  known: Extract<SessionState, { answer: object }> | null,
): TokenLife | null {
  const { queryClient, sessionKey } = useLatchkey();
  const answer = known?.answer;
  return useMemo(() => {
    if (!answer) return null;
    const updatedAt = queryClient.getQueryState(sessionKey)?.dataUpdatedAt ?? Date.now();
    return lifeIn(answer, performance.now(), Date.now() - updatedAt);
  }, [answer, queryClient, sessionKey]);
}

/**
 * Queries the session as soon as the log reports its end: the page itself would learn of it with
 * its next request only.
 */
function useRefetchAtEnd({ end }: InspectorLog): void {
  const { queryClient, sessionKey } = useLatchkey();
  useEffect(() => {
    if (end) void queryClient.refetchQueries({ queryKey: sessionKey });
  }, [end, queryClient, sessionKey]);
}

/** Describes the simulated theft, updated each second while the thief waits. */
function useTheftText(log: InspectorLog): string | null {
  const theft = theftOf(log);
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    if (theft.stage !== 'waiting') return;
    const tick = () => setNow(Date.now());
    tick();
    const timer = setInterval(tick, 1000);
    return () => clearInterval(timer);
  }, [theft.stage]);
  return describeTheft(theft, now);
}

function Cross() {
  return (
    <svg viewBox="0 0 16 16" width="16" aria-hidden="true" stroke="currentColor" strokeWidth="1.5">
      <path d="m3.5 3.5 9 9m0-9-9 9" strokeLinecap="round" />
    </svg>
  );
}
