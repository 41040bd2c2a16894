/** Describes results without random strings, so that those of two players can be compared. */
export function comparableWords() {
  /** The names that stand for random strings. */
  const names = new Map<string, string>();

  /** Replaces random strings by their names, and secrets by words. */
  function inWords(value: unknown): unknown {
    const word = (key: string, part: unknown) => {
      if (key === 'accessToken') return 'an access token';
      if (key === 'sealedSuccessor') return part === null ? null : 'sealed';
      if (key === 'endedSessionIds') return inAnyOrder(part as string[]);
      return typeof part === 'string' ? (names.get(part) ?? part) : part;
    };
    return value === undefined ? null : JSON.parse(JSON.stringify(value, word));
  }

  /** Sorts a list whose order is undefined. */
  function inAnyOrder(list: readonly unknown[]): unknown[] {
    return list.map(inWords).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  }

  return { names, inWords, inAnyOrder };
}
