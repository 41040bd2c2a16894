import { describe, expect, it } from 'vitest';
import { eventOf, theftCaughtBy } from '../testing/events.ts';
import { afterStory, parseStories, type Story, shortSession, titleOf } from './stories.ts';

const story = (session: string, over: Partial<Story> = {}): Story => ({
  session,
  end: { cause: 'reuse', explanation: '' },
  events: theftCaughtBy('thief'),
  answers: [],
  ...over,
});

describe('kept stories', () => {
  it('F5: the story of a session is named after its end and its events', () => {
    expect(titleOf(story('T06sJq1k'))).toBe('Session T06sJq1k… ended by reuse — 8 events');
    const one = { end: { cause: 'signed_out', explanation: '' }, events: [eventOf({})] };
    expect(titleOf(story('T06s', one))).toBe('Session T06s… ended by signing out — 1 event');
    expect(titleOf(story('T06s', { end: null }))).toBe('Session T06s… — 8 events');
    expect(titleOf(story('T06s', { end: { cause: null, explanation: '' } }))).toBe(
      'Session T06s… ended — 8 events',
    );
    expect(shortSession('T06sJq1k0X3m9VbQe7LwPA')).toBe('T06sJq1k');
  });

  it('F5: a story outlives its session: the next one is kept beside it', () => {
    const first = story('one');
    const second = story('two', { end: null });
    expect(afterStory([first], second)).toEqual([first, second]);
    expect(afterStory([first, second], { ...second, events: [] })).toEqual([first, second]);
    const grown = story('two');
    expect(afterStory([first, second], grown)).toEqual([first, grown]);
  });

  it('the last five stories are kept', () => {
    const all = ['1', '2', '3', '4', '5', '6'].reduce(
      (stories: readonly Story[], session) => afterStory(stories, story(session)),
      [],
    );
    expect(all.map(({ session }) => session)).toEqual(['2', '3', '4', '5', '6']);
  });

  it('F5: a story is read again as it was stored', () => {
    const kept = [story('one')];
    expect(parseStories(JSON.stringify(kept))).toEqual(kept);
  });

  it.each([null, '', 'null', '{}', '[null]', '[{"session":1}]', '[{"session":"a","events":1}]'])(
    'stored stories that are malformed are left out: %s',
    (text) => expect(parseStories(text)).toEqual([]),
  );
});
