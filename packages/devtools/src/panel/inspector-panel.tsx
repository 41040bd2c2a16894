import { type SessionState, useLatchkey, useSession } from '@latchkey/react';
import { useEffect, useMemo, useState } from 'react';
import { describeTheft } from '../log/describe-event.ts';
import { type InspectorLog, theftOf } from '../log/inspector-log.ts';
import { lifeIn, type TokenLife } from '../log/token-life.ts';
import { useInspectorLog } from '../log/watch-session.ts';
import type { Place } from '../place/place.ts';
import { useStyleSheet } from '../shadow/use-style-sheet.ts';
import { type Story, titleOf } from '../story/stories.ts';
import { useStories } from '../story/use-stories.ts';
import { Trials } from '../trials/trials.tsx';
import { AgeBar } from './age-bar.tsx';
import { CookieLines } from './cookie-lines.tsx';
import { Frame } from './frame.tsx';
import { History } from './history.tsx';
import { useTokenOnPage } from './page-token.ts';
import { PANEL_STYLES } from './panel-styles.ts';

export interface InspectorPanelProps {
  /** The shadow root in which the panel is drawn. */
  root: ShadowRoot | null;
  /** The path of the inspector's routes on the server. */
  path: string;
  place: Place;
  onPlace(place: Place): void;
  takesFocus: boolean;
  onClose(): void;
}

/** Shows the session in terms of the protocol, live, and the sessions before it. */
export function InspectorPanel({ root, path, ...frame }: InspectorPanelProps) {
  useStyleSheet(root, PANEL_STYLES);
  const session = useSession();
  const known = session.status === 'signed-in' || session.status === 'interrupted' ? session : null;
  const [{ kept, before }, keep] = useStories();
  const log = useInspectorLog(path, known?.principal.sessionId ?? null, before);
  const live = useLiveStory(log);
  useEffect(() => {
    if (live) keep(live);
  }, [live, keep]);
  const [chosen, setChosen] = useState<string | null>(null);
  const answered = useAnsweredLife(known);
  useRefetchAtEnd(log);
  useTokenOnPage(log);
  const theft = theftOf(log);
  const theftText = useTheftText(log);

  const life = log.token && log.token.at >= (answered?.receivedAt ?? 0) ? log.token.life : answered;
  const generation = Math.max(
    known?.principal.generation ?? 0,
    ...log.events.map((event) =>
      event.kind === 'refreshed' && event.by === 'browser' ? event.generation : 0,
    ),
  );
  const isAlive = session.status === 'signed-in' && log.end === null;
  const earlier = kept.filter((story) => story.session !== live?.session);
  const story = kept.find((one) => one.session === chosen) ?? live;

  return (
    <Frame {...frame} status={describeState(log, session)}>
      <div className="body">
        <div className="columns">
          <div className="now">
            {known && isAlive && (
              <>
                <AgeBar life={life} />
                <p className="generation">
                  Refresh token (generation) <b data-testid="inspector-generation">{generation}</b>
                </p>
              </>
            )}
            {known && (
              <Trials
                key={known.principal.sessionId}
                path={path}
                disabled={!isAlive || log.stream === 'refused'}
                log={log}
                theft={theft}
                theftText={theftText}
              />
            )}
            <h3>Cookies, as sent</h3>
            {known && isAlive ? (
              <CookieLines cookies={known.answer.cookies} />
            ) : (
              <p className="hint">{SIGNED_OUT}</p>
            )}
            {log.terms && (
              <p className="hint">
                Grace is {log.terms.graceSeconds} s, and a token rotates again after{' '}
                {log.terms.settleSeconds} s (settle time).
              </p>
            )}
          </div>
          <div className="told-of">
            {earlier.length > 0 && (
              <fieldset className="stories">
                <legend className="visually-hidden">Sessions</legend>
                {[...earlier, ...(live ? [live] : [])].map((one) => (
                  <button
                    key={one.session}
                    type="button"
                    aria-pressed={one.session === story?.session}
                    onClick={() => setChosen(one.session)}
                  >
                    {one === live && isAlive ? 'This session' : titleOf(one)}
                  </button>
                ))}
              </fieldset>
            )}
            <History key={story?.session} story={story ?? NO_STORY} />
          </div>
        </div>
      </div>
    </Frame>
  );
}

const NO_STORY: Story = { session: '', end: null, events: [], answers: [] };
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

function useLiveStory({ session, end, events, answers }: InspectorLog): Story | null {
  return useMemo(
    () => (session === null ? null : { session, end, events, answers }),
    [session, end, events, answers],
  );
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
    if (!answer || answer.accessTokenSecondsLeft === null) return null;
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
