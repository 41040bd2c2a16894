import { faultsOf, OptionsError } from '@latchkey/core';
import { z } from 'zod';
import { refuse } from '../procedures/errors.ts';

const count = z.int('must be a whole number').min(1, 'must be 1 or more');
const schema = z
  .object({
    maxStreams: count.default(5_000),
    maxStreamsPerUser: count.default(20),
    maxCallsPerConnection: count.default(10),
    maxCallsPerUser: count.default(50),
    maxAnonymousCalls: count.default(200),
  })
  .refine(({ maxStreams, maxStreamsPerUser }) => maxStreamsPerUser <= maxStreams, {
    path: ['maxStreamsPerUser'],
    error: 'must be at most maxStreams',
  });

/**
 * The limits of a node for streams and calls.
 *
 * - `maxStreams` (5,000), `maxStreamsPerUser` (20): open streams. A WebSocket connection counts as
 *   one, and so does each subscription, over it or SSE
 * - `maxCallsPerConnection` (10), `maxCallsPerUser` (50), `maxAnonymousCalls` (200, all connections
 *   without a session together): calls over WebSockets that run at once. Further ones wait
 */
export type StreamLimitsInput = z.input<typeof schema>;
/** The limits of a node, complete and checked: see {@link StreamLimitsInput}. */
export type StreamLimits = Readonly<z.output<typeof schema>>;

/**
 * Completes and checks the limits of streams and calls.
 *
 * @throws OptionsError listing every fault with its fix
 * @example
 * import { parseStreamLimits } from '@latchkey/trpc/streams';
 *
 * const { maxStreams } = parseStreamLimits({ maxStreamsPerUser: 5 }); // 5,000
 */
export function parseStreamLimits(input: StreamLimitsInput = {}): StreamLimits {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  throw new OptionsError(faultsOf(parsed.error, input));
}

/** The `Retry-After` of a refused stream, in seconds. */
const RETRY_SECONDS = 5;

/** Counts the open streams of a node against its limits. */
export interface StreamSlots {
  /** How many stream slots are taken. */
  readonly taken: number;
  /**
   * Takes a slot for a stream.
   *
   * @param owner the key of the limit per user
   * @returns a function that gives the slot back; calling it again does nothing
   * @throws TRPCError 429 `too_many_streams`
   */
  take(owner: string): () => void;
}

export function streamSlots({ maxStreams, maxStreamsPerUser }: StreamLimits): StreamSlots {
  const byOwner = new Map<string, number>();
  let taken = 0;

  function giveBack(owner: string): void {
    const left = (byOwner.get(owner) ?? 0) - 1;
    if (left > 0) byOwner.set(owner, left);
    else byOwner.delete(owner);
    taken--;
  }

  return {
    get taken() {
      return taken;
    },
    take(owner) {
      const own = byOwner.get(owner) ?? 0;
      if (own >= maxStreamsPerUser || taken >= maxStreams)
        throw refuse('too_many_streams', { retryAfterSeconds: RETRY_SECONDS });
      byOwner.set(owner, own + 1);
      taken++;
      let held = true;
      return () => {
        if (held) giveBack(owner);
        held = false;
      };
    },
  };
}
