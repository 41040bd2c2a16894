import type { SettableClock } from '@latchkey/core/testing';

/** Creates a seeded source of random numbers in [0, 1): mulberry32. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Runs events at times of a settable clock, in order, one after the other. */
export interface Timeline {
  /**
   * Schedules an event.
   *
   * @param seconds from now
   */
  after(seconds: number, event: () => Promise<void> | void): void;
  /** Runs until no event is left. */
  run(): Promise<void>;
}

export function timeline(clock: SettableClock): Timeline {
  const events: { at: number; order: number; event: () => Promise<void> | void }[] = [];
  let order = 0;
  return {
    after(seconds, event) {
      events.push({ at: clock.now() + seconds * 1000, order: order++, event });
    },
    async run() {
      while (events.length > 0) {
        events.sort((a, b) => a.at - b.at || a.order - b.order);
        const next = events.shift();
        if (!next) return;
        clock.set(Math.max(clock.now(), Math.round(next.at)));
        await next.event();
      }
    },
  };
}

/**
 * The faults of a simulated network. Delays are uniform between 0 and the maximum, so replies may
 * change their order.
 */
export interface Faults {
  readonly requestDelaySeconds: number;
  readonly replyDelaySeconds: number;
  /** The probability that a reply is lost after the server has done its work. */
  readonly lostReplies: number;
}

/** A request on its way to the server and back. */
export interface Delivery {
  arrive(): Promise<void> | void;
  /** Runs when the server sends the headers, `workSeconds` after arrival. */
  respond(): Promise<void> | void;
  /** Runs when the reply reaches the client, unless the reply is lost. */
  deliver(): Promise<void> | void;
}

/** Creates a network that delivers requests and replies with the given faults. */
export function faultyNetwork(time: Timeline, random: () => number, faults: Faults) {
  return {
    send(delivery: Delivery, workSeconds = 0): void {
      time.after(random() * faults.requestDelaySeconds, async () => {
        await delivery.arrive();
        time.after(workSeconds, async () => {
          await delivery.respond();
          const lost = random() < faults.lostReplies;
          if (!lost) time.after(random() * faults.replyDelaySeconds, () => delivery.deliver());
        });
      });
    },
  };
}
