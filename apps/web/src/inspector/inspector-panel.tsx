import { type SessionState, sessionKey, useStore } from '@latchkey/react';
import { useQueryClient } from '@tanstack/react-query';
import { X } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { RotationTicks } from '../features/session/rotation-ticks.tsx';
import { sessionHistory } from '../features/session/session-monitor.ts';
import '../features/session/session.css';
import { AgeBar } from './age-bar.tsx';
import { CookieLines } from './cookie-lines.tsx';
import { describeTheft } from './describe-event.ts';
import { EventLog } from './event-log.tsx';
import { type InspectorLog, theftOf } from './inspector-log.ts';
import { Trials } from './trials.tsx';
import { useInspectorLog } from './watch-session.ts';

interface InspectorPanelProps {
  session: SessionState;
  onClose(): void;
}

/** The session in terms of the protocol, live. */
export function InspectorPanel({ session, onClose }: InspectorPanelProps) {
  const known = session.status === 'signed-in' || session.status === 'interrupted' ? session : null;
  const log = useInspectorLog(known?.principal.sessionId ?? null);
  const history = useStore(sessionHistory);
  const closer = useRef<HTMLButtonElement>(null);
  useEffect(() => closer.current?.focus(), []);
  useRefetchAtEnd(log);
  const theftText = useTheftText(log);

  const life =
    log.token && log.token.at >= (history.life?.receivedAt ?? 0) ? log.token.life : history.life;
  const generation = Math.max(
    history.generation,
    ...log.events.map((event) =>
      event.kind === 'refreshed' && event.by === 'browser' ? event.generation : 0,
    ),
  );
  const isAlive = session.status === 'signed-in' && log.end === null;

  return (
    <section
      aria-label="Session inspector"
      className="inspector-panel"
      onKeyDown={({ key }) => key === 'Escape' && onClose()}
    >
      <header className="inspector-head">
        <h2>Session inspector</h2>
        <p role="status">{describeState(log, session)}</p>
        <button ref={closer} type="button" aria-label="Close the inspector" onClick={onClose}>
          <X aria-hidden size={16} />
        </button>
      </header>
      <div className="inspector-body">
        <div className="inspector-now">
          {(known || log.end) && (
            <>
              <AgeBar life={life} isAlive={isAlive} />
              <p className="inspector-generation">
                Generation <b data-testid="inspector-generation">{generation}</b>
              </p>
              <RotationTicks generation={generation} rotations={history.rotations} />
            </>
          )}
          <Trials
            key={known?.principal.sessionId}
            disabled={!isAlive || log.stream === 'refused'}
            events={log.events}
            theftText={theftText}
          />
        </div>
        <div className="inspector-happened">
          <h3>Events</h3>
          <EventLog events={log.events} />
        </div>
        <div className="inspector-held">
          <h3>Cookies, as sent</h3>
          {known ? (
            <CookieLines cookies={known.answer.cookies} />
          ) : (
            <p className="inspector-hint">{SIGNED_OUT}</p>
          )}
          {log.terms && (
            <p className="inspector-hint">
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
  if (end) return `The session is over${end.cause ? ` (${end.cause})` : ''}. ${end.explanation}`;
  if (status === 'signed-out') return SIGNED_OUT;
  if (status === 'interrupted') return 'The session is over.';
  return {
    connecting: 'Connecting…',
    open: 'Live.',
    broken: 'The server is not answering. Trying again…',
    refused:
      'The server refused the stream. Use NODE_ENV=development with demo accounts, and close ' +
      'other streams.',
  }[stream];
}

/** Queries the session at once: the page itself would find out with its next request only. */
function useRefetchAtEnd({ end }: InspectorLog): void {
  const queryClient = useQueryClient();
  useEffect(() => {
    if (end) void queryClient.refetchQueries({ queryKey: sessionKey });
  }, [end, queryClient]);
}

/** Describes the theft, updated each second while it waits. */
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
