/** Taken when the module is loaded, so that timers that a test replaces do not stop the calls. */
const { setImmediate } = globalThis;
const nextTurn = () => new Promise<void>((resolve) => setImmediate(resolve));

/** Two turns: what arrives while the event loop reads requests is read in the next turn. */
async function turns(): Promise<void> {
  await nextTurn();
  await nextTurn();
}

/** The answer of a shared call. */
export interface SharedAnswer<Answer> {
  readonly answer: Answer;
  /** Whether the caller's own call gave the answer; false if the answer is another caller's. */
  readonly isOwn: boolean;
}

/**
 * Shares calls among callers with equal keys. A caller never gets the answer of a call that began
 * before the caller came: callers wait together for two turns of the event loop, or for the end of
 * the call that runs; then the first of them calls for all.
 *
 * @param call `isFirst` is false if it follows another call of the key directly
 * @throws what the call throws. A call that fails also fails the callers who wait for its end, so
 *   that none waits for two timeouts.
 */
export type ShareCall<Answer> = (
  key: string,
  call: (isFirst: boolean) => Promise<Answer>,
) => Promise<SharedAnswer<Answer>>;

/** Creates a {@link ShareCall}. It keeps nothing once a call has ended. */
export function sharedCalls<Answer>(): ShareCall<Answer> {
  const running = new Map<string, Promise<Answer>>();
  const waiting = new Map<string, Promise<Answer>>();

  async function callInTurn(
    key: string,
    call: (isFirst: boolean) => Promise<Answer>,
  ): Promise<Answer> {
    const before = running.get(key);
    try {
      await (before ?? turns());
    } finally {
      waiting.delete(key);
    }
    const own = call(before === undefined);
    running.set(key, own);
    try {
      return await own;
    } finally {
      /** Callers who wait for `own` continue after this, as they began to wait later. */
      running.delete(key);
    }
  }

  return async (key, call) => {
    const joined = waiting.get(key);
    const own = joined ?? callInTurn(key, call);
    waiting.set(key, own);
    return { answer: await own, isOwn: !joined };
  };
}
