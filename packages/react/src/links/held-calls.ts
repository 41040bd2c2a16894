/** A call that was refused because the session is over, and waits for the same user to sign in. */
export interface HeldCall {
  readonly kind: 'query' | 'mutation';
  /** The user who made the call, as `personOf` names them. */
  readonly person: string;
  /** Sends the call again. Resolves when it is answered, with a result or an error. */
  send(): Promise<void>;
  /** Passes the refusal on to the call's caller. */
  refuse(): void;
}

/**
 * The calls that were refused because the session is over, and wait for the same user to sign in.
 */
export interface HeldCalls {
  /**
   * Holds a call.
   *
   * @returns a function that drops the call, for a caller that no longer waits
   */
  hold(call: HeldCall): () => void;
  /** Sends the held calls of this user, and refuses those of any other. */
  settle(person: string): Promise<void>;
  /** Passes the refusal of every held call on to its caller. */
  refuseAll(): void;
  readonly size: number;
}

/**
 * Creates the queue of held calls. Mutations are sent one after the other in their order, since a
 * later one may build on an earlier; queries follow together, and see the changes.
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
