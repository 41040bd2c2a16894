import { refuse } from './errors.ts';
import { parseStreamLimits, type StreamLimitsInput, streamSlots } from './stream-slots.ts';

/** Something that stays open: looked after once a second, and told when the server stops. */
export interface OpenMember {
  onTick?(): void;
  onStop?(): void;
}

/** Everything of this node that stays open beyond a request. Hand the same one to `latchkey` and `latchkeyWebSocket`: limits hold for both together. */
export interface OpenStreams {
  /** How many slots are taken. */
  readonly size: number;
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
  join(member: OpenMember): () => void;
  /** Ends every stream in a way that makes clients come back by themselves, here or to another node; no new one is opened. */
  stop(): void;
}

const TICK_MS = 1_000;

/**
 * Keeps count of open streams and looks after them.
 *
 * @throws OptionsError listing every fault of the limits
 */
export function openStreams(limits?: StreamLimitsInput): OpenStreams {
  const slots = streamSlots(parseStreamLimits(limits));
  const members = new Set<OpenMember>();
  let ticking: ReturnType<typeof setInterval> | null = null;
  let stopped = false;

  function tick(): void {
    for (const member of members) member.onTick?.();
  }

  return {
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
      ticking ??= setInterval(tick, TICK_MS).unref();
      return () => {
        members.delete(member);
        if (members.size > 0 || !ticking) return;
        clearInterval(ticking);
        ticking = null;
      };
    },
    stop() {
      stopped = true;
      for (const member of members) member.onStop?.();
    },
  };
}
