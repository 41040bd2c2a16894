import { type Clock, type Repetition, repeat, systemClock } from '@latchkey/core';
import { refuse } from '../procedures/errors.ts';
import { type CallScheduler, callScheduler } from './call-scheduler.ts';
import { parseStreamLimits, type StreamLimitsInput, streamSlots } from './stream-slots.ts';

/** A stream or connection of the registry: called once a second, and when the server stops. */
export interface RegistryMember {
  onTick?(): unknown;
  onStop?(): void;
}

/**
 * The open streams and connections of this node. Pass one registry to `latchkey` and to
 * `latchkeyWebSocket`, so that its limits hold for both together.
 */
export interface StreamRegistry {
  /** How many stream slots are taken. */
  readonly size: number;
  /** Schedules calls over WebSockets; an app may schedule HTTP requests with it too. */
  readonly calls: CallScheduler;
  /** How many streams and connections have joined the registry. */
  readonly members: number;
  /**
   * Takes a slot for one stream.
   *
   * @returns a function that gives the slot back; calling it again does nothing
   * @throws TRPCError 429 `too_many_streams`, 503 once stopped
   */
  take(owner: string): () => void;
  /**
   * Adds a stream or connection.
   *
   * @returns a function that removes it
   */
  join(member: RegistryMember): () => void;
  /** Ends every stream so that clients reconnect, to this node or another; refuses new streams. */
  stop(): void;
}

const TICK_SECONDS = 1;

/**
 * Creates the registry of this node's streams.
 *
 * @throws OptionsError listing every fault of the limits
 * @example
 * import { latchkey } from '@latchkey/trpc';
 * import { streamRegistry } from '@latchkey/trpc/streams';
 *
 * const streams = streamRegistry({ maxStreamsPerUser: 20 });
 * app.use(latchkey({ layer, streams }));
 * process.once('SIGTERM', () => streams.stop());
 */
export function streamRegistry(
  limits?: StreamLimitsInput,
  clock: Clock = systemClock,
): StreamRegistry {
  const parsed = parseStreamLimits(limits);
  const slots = streamSlots(parsed);
  const members = new Set<RegistryMember>();
  let ticking: Repetition | null = null;
  let stopped = false;

  function tick(): Promise<unknown> {
    return Promise.all([...members].map((member) => member.onTick?.()));
  }

  return {
    calls: callScheduler(parsed),
    get size() {
      return slots.taken;
    },
    get members() {
      return members.size;
    },
    take(owner) {
      if (stopped) throw refuse('overloaded', { retryAfterSeconds: 1 });
      return slots.take(owner);
    },
    join(member) {
      members.add(member);
      ticking ??= repeat(clock, TICK_SECONDS, tick);
      return () => {
        members.delete(member);
        if (members.size > 0 || !ticking) return;
        void ticking.stop();
        ticking = null;
      };
    },
    stop() {
      stopped = true;
      for (const member of members) member.onStop?.();
    },
  };
}
