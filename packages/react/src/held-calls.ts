/**
 * A call that was refused because the session is over, and waits for the same person to sign in
 * again.
 */
export interface HeldCall {
  readonly kind: 'query' | 'mutation';
  /** Whose it is, as `personOf` says. */
  readonly person: string;
  /** Sends it again. Settles when it has been answered, however. */
  send(): Promise<void>;
  /** Gives it the refusal it got. */
  refuse(): void;
}

export interface HeldCalls {
  /** @returns how to let go of it, for a caller who no longer waits */
  hold(call: HeldCall): () => void;
  /**
   * Sends what this person left, and refuses everybody else's: nobody's calls are ever made in
   * another's name.
   */
  settle(person: string): Promise<void>;
  /** Gives every call back its refusal. */
  refuseAll(): void;
  readonly size: number;
}

/**
 * Changes go one after the other, in the order they were made: a later one may build on an earlier.
 * Questions follow together, and see what has changed.
 */
export function createHeldCalls(): HeldCalls {
  const waiting = new Set<HeldCall>();

  function take(): HeldCall[] {
    const calls = [...waiting];
    waiting.clear();
    return calls;
  }

  return {
    hold(call) {
      waiting.add(call);
      return () => waiting.delete(call);
    },
    async settle(person) {
      const calls = take();
      for (const call of calls) if (call.person !== person) call.refuse();
      const own = calls.filter((call) => call.person === person);
      for (const call of own) if (call.kind === 'mutation') await call.send();
      await Promise.all(own.filter(({ kind }) => kind === 'query').map((call) => call.send()));
    },
    refuseAll() {
      for (const call of take()) call.refuse();
    },
    get size() {
      return waiting.size;
    },
  };
}
