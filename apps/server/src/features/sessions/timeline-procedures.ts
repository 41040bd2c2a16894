import { refuse } from '@latchkey/trpc';
import { z } from 'zod';
import { adminProcedure, protectedProcedure } from '../../api/trpc.ts';
import { text } from '../admin/admin-input.ts';
import { sessionTimeline, type TimelineDependencies, timelineOf } from './session-timeline.ts';

const input = z.object({ sessionId: text(64).min(1) });
const unknown = () =>
  refuse('not_found', {
    message:
      'There is no session with this id, or it ended so long ago that its record was deleted.',
  });

/**
 * Creates the procedure `account.sessionTimeline`: another user's session answers 404, like an
 * unknown id.
 */
export function ownTimelineProcedures(dependencies: TimelineDependencies) {
  return {
    /** Returns the timeline of one of the user's own sessions. */
    sessionTimeline: protectedProcedure
      .input(input)
      .output(sessionTimeline)
      .query(async ({ ctx: { principal }, input: { sessionId } }) => {
        const timeline = await timelineOf(dependencies, sessionId, principal.userId);
        if (!timeline) throw unknown();
        return timeline;
      }),
  };
}

/** Creates the procedure `admin.sessionTimeline`. */
export function timelineProcedures(dependencies: TimelineDependencies) {
  return {
    /** Returns the timeline of any user's session, for administrators. */
    sessionTimeline: adminProcedure
      .input(input)
      .output(sessionTimeline)
      .query(async ({ input: { sessionId } }) => {
        const timeline = await timelineOf(dependencies, sessionId);
        if (!timeline) throw unknown();
        return timeline;
      }),
  };
}
