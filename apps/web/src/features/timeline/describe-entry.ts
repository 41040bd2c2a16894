import * as sessionTimeline from '#messages/session/timeline.ts';
import type { ApiOutputs } from '../../lib/trpc.ts';

export type Timeline = ApiOutputs['admin']['sessionTimeline'];
export type TimelineEntry = Timeline['entries'][number];

const ENDED: Readonly<Record<string, string>> = {
  signed_out: sessionTimeline.signedOut,
  replaced: sessionTimeline.replaced,
  reuse: sessionTimeline.endedReuse,
  user_request: sessionTimeline.signedOutElsewhere,
  password_changed: sessionTimeline.endedPasswordChanged,
  role_changed: sessionTimeline.endedRoleChanged,
  user_disabled: sessionTimeline.endedUserDisabled,
  user_removed: sessionTimeline.endedUserRemoved,
  session_limit: sessionTimeline.endedSessionLimit,
  expired: sessionTimeline.expired,
};

const DESCRIPTIONS: Readonly<Record<TimelineEntry['kind'], (entry: TimelineEntry) => string>> = {
  started: () => sessionTimeline.started,
  reauthenticated: () => sessionTimeline.reauthenticated,
  rotated: ({ generation }) => sessionTimeline.rotated(generation ?? '?'),
  acknowledged: ({ generation }) =>
    generation === 0
      ? sessionTimeline.acknowledgedFirst
      : sessionTimeline.acknowledged(generation ?? '?'),
  shared: () => sessionTimeline.shared,
  recovered: () => sessionTimeline.recovered,
  reuse: ({ presentedGeneration }) =>
    presentedGeneration === null
      ? sessionTimeline.reuse
      : sessionTimeline.reuseOf(presentedGeneration),
  ended: ({ reason, by }) =>
    reason === 'administrator' || by === 'administrator'
      ? sessionTimeline.endedByAdministrator
      : (ENDED[reason ?? ''] ?? sessionTimeline.ended),
  refused: () => sessionTimeline.refreshRefused,
};

/** Describes an entry of the timeline for users. */
export function describeEntry(entry: TimelineEntry): string {
  return DESCRIPTIONS[entry.kind](entry);
}
