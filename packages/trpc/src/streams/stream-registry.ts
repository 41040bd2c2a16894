import { type Clock, type Repetition, repeat, systemClock } from '@latchkey/core';
import { refuse } from '../procedures/errors.ts';
import { type CallScheduler, callScheduler } from './call-scheduler.ts';
import { parseStreamLimits, type StreamLimitsInput, streamSlots } from './stream-slots.ts';

/** Something that stays open: looked after once a second, and told when the server stops. */
export interface RegistryMember {
  onTick?(): unknown;
  onStop?(): void;
}

/**
 * Everything of this node that stays open beyond a request. Hand the same one to `latchkey` and
 * `latchkeyWebSocket`: limits hold for both together.
 */
export interface StreamRegistry {
  /** How many slots are taken. */
  readonly size: number;
  /** Starts what is called over WebSockets; an app may let it start requests over HTTP too. */
  readonly calls: CallScheduler;
  /** How many members are looked after. */
  readonly members: number;
  /**
   * Takes a slot for one stream.
   *
   * @returns gives it back; calling it again does nothing
   * @throws TRPCError 429 `too_many_streams`, 503 once stopped
   */
  take(owner: string): () => void;
  /** @returns lets it go */
  join(member: RegistryMember): () => void;
  /**
   * Ends every stream in a way that makes clients come back by themselves, here or to another node;
   * no new one is opened.
   */
  stop(): void;
}

const TICK_SECONDS = 1;

/**
 * Keeps count of open streams and looks after them.
 *
 * @throws OptionsError listing every fault of the limits
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
