import { type Clock, repeat } from '@latchkey/core';

/** Of so many samples, the one with the shortest round trip counts. */
const SAMPLES = 3;
/**
 * A correction beyond this is told; one below it never puts the clock back. So far the node's two
 * clocks may part before the store is asked again.
 */
const NOTABLE_MS = 1_000;

/** A clock that follows the store's. */
export interface StoreClock extends Clock {
  /** Measures now. @throws what `readStoreTime` throws; the last correction stays */
  measure(): Promise<void>;
  /** Measures no more. The clock goes on with its last correction. */
  close(): void;
}

/** The clock was more than a second off the store's, and is right again. Positive: it was slow. */
export interface ClockCorrected {
  readonly kind: 'clock.corrected';
  readonly bySeconds: number;
}

export interface StoreClockOptions {
  /** The store's time, milliseconds since the epoch. Must answer or fail within a bounded time. */
  readonly readStoreTime: () => Promise<number>;
  /**
   * `steadyClock`: what the correction is added to. Steps of the machine's own clock must not move
   * it.
   */
  readonly local: Clock;
  /**
   * `systemClock`: only watched. Where it and `local` part, the machine may have been suspended,
   * and the store is asked at once.
   */
  readonly wall: Clock;
  readonly intervalSeconds?: number;
  /** When the store was out, it is asked again after this long. */
  readonly retrySeconds?: number;
  readonly onCorrection?: (event: ClockCorrected) => void;
}

/**
 * A clock for a node, so that all nodes go by one: the store's, measured now and at every interval,
 * half the round trip taken off.
 *
 * A measurement is right to half its round trip, and a correction that it does not contradict is
 * left alone: the clock does not jitter. A correction may be negative. By less than a second, the
 * clock stands still until the store's has come up to it; by more, it goes back. What was minted
 * meanwhile then lives longer by as much, and nothing else is lost: stores compare with the
 * instants they are handed.
 *
 * @throws what `readStoreTime` throws at the first measurement: without it there is no time to go
 *   by
 */
export async function followStoreClock({
  readStoreTime,
  local,
  wall,
  intervalSeconds = 60,
  retrySeconds = 5,
  onCorrection = () => {},
}: StoreClockOptions): Promise<StoreClock> {
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
 * How far the store's clock is ahead of the local one, and how wrong that may be, in milliseconds.
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
    /** Both clocks tell whole milliseconds only, hence the last one. */
    samples.push({ offset: storeTime - sent - halfRoundTrip, uncertainty: halfRoundTrip + 1 });
  }
  return samples.reduce((best, sample) => (sample.uncertainty < best.uncertainty ? sample : best));
}
