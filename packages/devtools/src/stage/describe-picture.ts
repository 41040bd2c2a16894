import type { InspectorEvent, Party } from '../inspector-event.ts';
import type { MarkKind } from './picture.ts';

/** The word under a mark, and what the mark means. */
export const LEGEND: Readonly<Record<MarkKind, { readonly word: string; readonly means: string }>> =
  {
    issued: { word: 'signed in', means: 'the session began' },
    rotate: { word: 'rotated', means: 'a used refresh token was exchanged for its successor' },
    reissue: {
      word: 'same again',
      means: 'only a new access token: the refresh token is too new to be exchanged (reissued)',
    },
    converge: {
      word: 'joined',
      means: 'a parallel request was given the same successor (converged)',
    },
    recover: { word: 'recovered', means: 'the server had lost this token and accepted it again' },
    dropped: { word: 'expired', means: 'the access token was removed from the browser' },
    copied: { word: 'copied', means: 'the refresh token has a second holder' },
    waiting: { word: 'waits', means: 'the thief waits until the copy can be used' },
    skipped: { word: 'skipped', means: 'waiting time that was skipped' },
    due: { word: 'used up', means: 'from here on, presenting the copied token is reuse' },
    refused: { word: 'refused', means: 'a token was not accepted' },
    caught: { word: 'caught', means: 'a used token came back: the session was ended' },
    ended: { word: 'ended', means: 'the session was ended' },
  };

const PRESENTERS: Record<Party, string> = { browser: 'this browser', thief: 'the thief' };

/** Tells in a few sentences what happened, from the events of a session, oldest first. */
export function tellStory(events: readonly InspectorEvent[]): string {
  if (events.length === 0) return 'Nothing has happened yet.';
  const reuse = events.find((event) => event.kind === 'reuse');
  const copied = events.findLast((event) => event.kind === 'copied');
  const since = copied ? events.slice(events.indexOf(copied) + 1) : [];
  const used = since.find((event) => event.kind === 'refreshed' && event.by === 'thief');
  const refused = since.find((event) => event.kind === 'refused' && event.by === 'thief');
  const ended = events.findLast((event) => event.kind === 'revoked');
  return [
    ...(copied ? [`A thief copied refresh token ${copied.generation}.`] : []),
    ...(used?.kind === 'refreshed'
      ? [`The thief used the copy, so the session went on to token ${used.generation}.`]
      : []),
    ...(reuse
      ? [
          `Then ${PRESENTERS[reuse.by]} presented token ${reuse.presentedGeneration} again.`,
          'A token that comes back after its successor is in use has two holders. The server ' +
            `cannot tell which one is the thief, so it ended ${countOf(reuse.sessionsEnded)}.`,
        ]
      : []),
    ...(!reuse && refused?.kind === 'refused' ? [`The copy was refused (${refused.reason}).`] : []),
    ...(!reuse && ended?.kind === 'revoked' ? [`The session was ended (${ended.reason}).`] : []),
    ...(!reuse && !copied && !ended ? [countRefreshes(events)] : []),
  ].join(' ');
}

function countRefreshes(events: readonly InspectorEvent[]): string {
  const own = events.filter((event) => event.kind === 'refreshed');
  const count = (decision: string) => own.filter((event) => event.decision === decision).length;
  const parts = (['rotate', 'converge', 'reissue', 'recover'] as const).flatMap((decision) =>
    count(decision) === 0 ? [] : [`${count(decision)} ${LEGEND[decision].word}`],
  );
  return parts.length === 0
    ? 'The refresh token has not been used in these events.'
    : `Refreshes in these events: ${parts.join(', ')}.`;
}

const countOf = (sessions: number) =>
  sessions === 1 ? 'this session' : `all ${sessions} sessions of this user`;
