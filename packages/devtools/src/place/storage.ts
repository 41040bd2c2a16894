import { type Place, parsePlace } from './place.ts';

const PLACE = 'latchkey.inspector';
const STORIES = 'latchkey.inspector.stories';

/** Returns the place of the inspector at the last visit. */
export const storedPlace = (): Place => parsePlace(read(() => localStorage.getItem(PLACE)));

export const storePlace = (place: Place): void =>
  void read(() => localStorage.setItem(PLACE, JSON.stringify(place)));

/** Returns the text of the stories that this tab has kept. They contain no token. */
export const storedStories = (): string | null => read(() => sessionStorage.getItem(STORIES));

export const storeStories = (text: string): void =>
  void read(() => sessionStorage.setItem(STORIES, text));

/** Returns the result; null if the browser blocks storage or it is full. */
function read<Value>(use: () => Value): Value | null {
  try {
    return use();
  } catch {
    return null;
  }
}
