import { type Clock, refuseUnknownOptions, repeat } from '@latchkey/core';

/** How many samples a measurement takes; the one with the shortest round trip counts. */
const SAMPLES = 3;
/**
 * A correction beyond this is reported; a backward one below it never sets the clock back. If the
 * node's two clocks differ by more than this, the store is asked again.
 */
const NOTABLE_MS = 1_000;

/** A clock that follows the store's. */
export interface StoreClock extends Clock {
  /**
   * Measures the store's time now.
   *
   * @throws what `readStoreTime` throws; the last correction stays
   */
  measure(): Promise<void>;
  /** Stops measuring. The clock keeps its last correction. */
  close(): void;
}

/**
 * The clock was more than a second off the store's and has been corrected. Positive: it was slow.
 */
export interface ClockCorrected {
  readonly kind: 'clock.corrected';
  readonly bySeconds: number;
}

/** The options of {@link followStoreClock}. */
export interface StoreClockOptions {
  /** The store's time, milliseconds since the epoch. Must answer or fail within a bounded time. */
  readonly readStoreTime: () => Promise<number>;
  /**
   * `steadyClock`: the correction is added to it. Steps of the machine's own clock must not move
   * it.
   */
  readonly local: Clock;
  /**
   * `systemClock`, for comparison. When it and `local` differ, the machine may have been suspended,
   * and the store is asked at once.
   */
  readonly wall: Clock;
  readonly intervalSeconds?: number;
  /** How many seconds to wait before the next attempt after a failed measurement. */
  readonly retrySeconds?: number;
  readonly onCorrection?: (event: ClockCorrected) => void;
}

/**
 * Creates a clock that follows the store's, so that all nodes agree. It is measured now and at
 * every interval, less half the round trip.
 *
 * A measurement is accurate to half its round trip; a correction within that is not changed, so the
 * clock does not jitter. A negative correction of less than a second makes the clock stand still
 * until the store's has caught up; a greater one sets it back. Tokens issued meanwhile then live
 * longer by as much.
 *
 * @throws what `readStoreTime` throws at the first measurement
 * @example
 * import { steadyClock, systemClock } from '@latchkey/core';
 * import { followStoreClock } from '@latchkey/sql';
 *
 * const clock = await followStoreClock({
 *   readStoreTime: () => database.readTime(),
 *   local: steadyClock,
 *   wall: systemClock,
 * });
 */
export async function followStoreClock({
  readStoreTime,
  local,
  wall,
  intervalSeconds = 60,
  retrySeconds = 5,
  onCorrection = () => {},
  ...others
}: StoreClockOptions): Promise<StoreClock> {
  refuseUnknownOptions(others);
  let correction = 0;
  let latest = Number.NEGATIVE_INFINITY;
  let apart = 0;
  let measuring: Promise<void> | undefined;
  let pause = intervalSeconds;
  let closed = false;

  function measure(): Promise<void> {
    measuring ??= attempt().finally(() => {
      measuring = undefined;
    });
    return measuring;
  }

  async function attempt(): Promise<void> {
    apart = wall.now() - local.now();
    pause = retrySeconds;
    correct(await bestSample(readStoreTime, local));
    pause = intervalSeconds;
  }

  function correct({ offset, uncertainty }: Sample): void {
    const by = Math.round(offset - correction);
    if (Math.abs(by) <= uncertainty) return;
    correction += by;
    if (Math.abs(by) > NOTABLE_MS) onCorrection({ kind: 'clock.corrected', bySeconds: by / 1000 });
  }

  await measure();
  const measurements = repeat(
    local,
    () => pause,
    () => measure().catch(() => {}),
  );

  return {
    measure,
    close() {
      closed = true;
      void measurements.stop();
    },
    now() {
      if (!closed && Math.abs(wall.now() - local.now() - apart) > NOTABLE_MS) measurements.wake();
      const instant = local.now() + correction;
      const isSmallStepBack = instant < latest && latest - instant <= NOTABLE_MS;
      if (!isSmallStepBack) latest = instant;
      return latest;
    },
  };
}

/**
 * How far the store's clock is ahead of the local one, and the error bound, in milliseconds.
 */
interface Sample {
  readonly offset: number;
  readonly uncertainty: number;
}

async function bestSample(readStoreTime: () => Promise<number>, local: Clock): Promise<Sample> {
  const samples: Sample[] = [];
  while (samples.length < SAMPLES) {
    const sent = local.now();
    const storeTime = await readStoreTime();
    if (!Number.isFinite(storeTime))
      throw new Error(`the store says that the time is ${storeTime}`);
    const halfRoundTrip = (local.now() - sent) / 2;
    /** One millisecond is added, because both clocks return whole milliseconds. */
    samples.push({ offset: storeTime - sent - halfRoundTrip, uncertainty: halfRoundTrip + 1 });
  }
  return samples.reduce((best, sample) => (sample.uncertainty < best.uncertainty ? sample : best));
}
