import type { ApiOutputs } from '../../lib/trpc.ts';

export type Timeline = ApiOutputs['admin']['sessionTimeline'];
export type TimelineEntry = Timeline['entries'][number];

const ENDS: Readonly<Record<string, string>> = {
  signed_out: 'Signed out',
  replaced: 'Replaced by a new sign-in in the same browser',
  reuse: 'Ended, because a used-up refresh token was presented',
  user_request: 'Signed out from another browser of the same person',
  password_changed: 'Ended: the password was changed',
  role_changed: 'Ended: the role was changed',
  user_disabled: 'Ended: the account was disabled',
  user_removed: 'Ended: the account was removed',
  expired: 'Ran out',
};

const SENTENCES: Readonly<Record<TimelineEntry['kind'], (entry: TimelineEntry) => string>> = {
  started: () => 'Signed in: the first refresh token was given out',
  reauthenticated: () => 'The password was given again',
  rotated: ({ generation }) => `Refresh token of generation ${generation ?? '?'} was given out, last at this time`,
  acknowledged: ({ generation }) =>
    generation === 0
      ? 'The browser came back with its first refresh token'
      : `The browser came back with generation ${generation ?? '?'}: what came before is used up`,
  shared: () => 'The same refresh token came from two browsers or networks at once',
  recovered: () => 'Went on from what the browser held, after the server had lost a write',
  reuse: ({ presentedGeneration }) =>
    `A used-up refresh token${presentedGeneration === null ? '' : ` of generation ${presentedGeneration}`} was presented: somebody has a copy`,
  ended: ({ reason, by }) => (reason === 'administrator' || by === 'administrator' ? 'Ended by an administrator' : (ENDS[reason ?? ''] ?? 'Ended')),
  refused: () => 'A refresh was refused',
};

/** What happened to a session, in plain words. */
export function describeEntry(entry: TimelineEntry): string {
  return SENTENCES[entry.kind](entry);
}
