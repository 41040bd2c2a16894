import * as messages from '#messages/timeline.ts';
import type { ApiOutputs } from '../../lib/trpc.ts';

export type Timeline = ApiOutputs['admin']['sessionTimeline'];
export type TimelineEntry = Timeline['entries'][number];

const ENDS: Readonly<Record<string, string>> = {
  signed_out: messages.signedOut,
  replaced: messages.replacedByANewSign,
  reuse: messages.endedBecauseAUsedUp,
  user_request: messages.signedOutFromAnotherBrowser,
  password_changed: messages.endedThePasswordWasChanged,
  role_changed: messages.endedTheRoleWasChanged,
  user_disabled: messages.endedTheAccountWasDisabled,
  user_removed: messages.endedTheAccountWasRemoved,
  session_limit: messages.endedByTheSessionLimit,
  expired: messages.ranOut,
};

const SENTENCES: Readonly<Record<TimelineEntry['kind'], (entry: TimelineEntry) => string>> = {
  started: () => messages.signedInTheFirstRefresh,
  reauthenticated: () => messages.thePasswordWasGivenAgain,
  rotated: ({ generation }) => messages.tokenGivenOut(generation ?? '?'),
  acknowledged: ({ generation }) =>
    generation === 0 ? messages.theBrowserCameBackWith : messages.cameBackWith(generation ?? '?'),
  shared: () => messages.theSameRefreshTokenCame,
  recovered: () => messages.wentOnFromWhatThe,
  reuse: ({ presentedGeneration }) =>
    presentedGeneration === null ? messages.reuse : messages.reuseOf(presentedGeneration),
  ended: ({ reason, by }) =>
    reason === 'administrator' || by === 'administrator'
      ? messages.endedByAnAdministrator
      : (ENDS[reason ?? ''] ?? messages.ended),
  refused: () => messages.aRefreshWasRefused,
};

/** What happened to a session, in plain words. */
export function describeEntry(entry: TimelineEntry): string {
  return SENTENCES[entry.kind](entry);
}
