import { useCallback, useEffect, useState } from 'react';
import { storedStories, storeStories } from '../place/storage.ts';
import { afterStory, parseStories, type Story } from './stories.ts';

/** The stories that this tab keeps, in memory and in its session storage. */
export interface Stories {
  readonly kept: readonly Story[];
  /** Returns what was kept of a session when the inspector was opened. */
  readonly before: (session: string) => Story | undefined;
}

export function useStories(): readonly [Stories, (story: Story) => void] {
  const [first] = useState(() => parseStories(storedStories()));
  const [kept, setKept] = useState(first);
  const keep = useCallback((story: Story) => setKept((stories) => afterStory(stories, story)), []);
  const before = useCallback(
    (session: string) => first.find((story) => story.session === session),
    [first],
  );
  useEffect(() => {
    if (kept !== first) storeStories(JSON.stringify(kept));
  }, [kept, first]);
  return [{ kept, before }, keep];
}
