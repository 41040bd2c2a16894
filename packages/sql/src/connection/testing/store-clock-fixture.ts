import { type SettableClock, settableClock } from '@latchkey/core/testing';
import { afterEach, beforeEach } from 'vitest';
import {
  type ClockCorrected,
  followStoreClock,
  type StoreClock,
  type StoreClockOptions,
} from '../store-clock.ts';

/** The clocks of store, machine and wall, and a store clock that follows the store's. */
class StoreClockFixture {
  store!: SettableClock;
  local!: SettableClock;
  wall!: SettableClock;
  /** How long the next requests to the store, and its replies, take. */
  trips!: { requestSeconds: number; replySeconds: number }[];
  isOut!: boolean;
  /** How often the store was asked for its time. */
  asked!: number;
  corrections!: ClockCorrected[];
  clock: StoreClock | undefined;

  reset(): void {
    [this.store, this.local, this.wall] = [settableClock(), settableClock(), settableClock()];
    [this.trips, this.isOut, this.asked, this.corrections] = [[], false, 0, []];
    this.clock = undefined;
  }

  /** Advances every clock. */
  pass(seconds: number): void {
    for (const each of [this.store, this.wall, this.local]) each.advance(seconds);
  }

  /** Suspends the machine: only the store's clock and the wall clock advance. */
  suspend(seconds: number): void {
    for (const each of [this.store, this.wall]) each.advance(seconds);
  }

  async follow(options: Partial<StoreClockOptions> = {}): Promise<StoreClock> {
    this.clock = await followStoreClock({
      readStoreTime: async () => {
        this.asked += 1;
        const { requestSeconds, replySeconds } = this.trips.shift() ?? {
          requestSeconds: 0,
          replySeconds: 0,
        };
        this.pass(requestSeconds);
        const now = this.store.now();
        this.pass(replySeconds);
        if (this.isOut) throw new Error('out');
        return now;
      },
      local: this.local,
      wall: this.wall,
      intervalSeconds: 3_600,
      retrySeconds: 3_600,
      onCorrection: (event) => this.corrections.push(event),
      ...options,
    });
    return this.clock;
  }

  /** Returns how far the followed clock is ahead of the store's, in milliseconds. */
  ahead(): number {
    return (this.clock?.now() ?? Number.NaN) - this.store.now();
  }
}

/** Sets the clocks up before each test, and stops following after it. */
export function storeClockFixture(): StoreClockFixture {
  const fixture = new StoreClockFixture();
  beforeEach(() => fixture.reset());
  afterEach(() => fixture.clock?.close());
  return fixture;
}
