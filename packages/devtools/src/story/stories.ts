import type { InspectorAnswer, InspectorEnd, InspectorEvent } from '../inspector-event.ts';

/** What happened in one session. It contains no token. */
export interface Story {
  /** The first eight characters of the session's id. */
  readonly session: string;
  /** Why the session ended; null if its end was not seen. */
  readonly end: InspectorEnd | null;
  /** Oldest first. */
  readonly events: readonly InspectorEvent[];
  readonly answers: readonly InspectorAnswer[];
}

/** How many stories are kept. */
const KEPT = 5;

/** Returns the first eight characters of a session's id, which name it in the inspector. */
export const shortSession = (sessionId: string): string => sessionId.slice(0, 8);

/** Returns the stories with one added or brought up to date, oldest first. */
export function afterStory(stories: readonly Story[], story: Story): readonly Story[] {
  if (story.events.length === 0) return stories;
  const isKnown = stories.some(({ session }) => session === story.session);
  return isKnown
    ? stories.map((one) => (one.session === story.session ? story : one))
    : [...stories, story].slice(-KEPT);
}

/** Names a story, such as `Session T06sJq1k… ended by reuse — 23 events`. */
export function titleOf({ session, end, events }: Story): string {
  const ended = end
    ? ` ended${end.cause === null ? '' : ` by ${CAUSES[end.cause] ?? end.cause}`}`
    : '';
  return `Session ${session}…${ended} — ${events.length} ${events.length === 1 ? 'event' : 'events'}`;
}

const CAUSES: Readonly<Record<string, string>> = { signed_out: 'signing out' };

/** Parses stored stories; those that are malformed are left out. */
export function parseStories(text: string | null): readonly Story[] {
  try {
    const stories: unknown = JSON.parse(text ?? '[]');
    return Array.isArray(stories) ? stories.filter(isStory) : [];
  } catch {
    return [];
  }
}

const isStory = (story: Partial<Story> | null): story is Story =>
  typeof story?.session === 'string' &&
  Array.isArray(story.events) &&
  Array.isArray(story.answers) &&
  (story.end === null || typeof story.end === 'object');
