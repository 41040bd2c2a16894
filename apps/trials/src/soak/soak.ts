import type { Measurement } from '@latchkey/server/testing';
import { type MeasuredServer, startMeasuredServer } from '../measuring/measured-server.ts';
import { mixedLoad } from './mixed-load.ts';
import { slopePerHour } from './slope.ts';

export interface SoakOptions {
  readonly minutes: number;
  readonly people: number;
  readonly seed: number;
  readonly onSample?: (sample: Sample) => void;
}

/** One measurement of the server during the soak. */
export interface Sample extends Measurement {
  readonly seconds: number;
  readonly requests: number;
  readonly errors: number;
}

export interface SoakReport {
  readonly sent: Readonly<Record<string, number>>;
  readonly refused: number;
  /** Unexpected responses, and errors in the server's log. */
  readonly errors: readonly string[];
  /** Growth per hour after the warm-up, as the slope of the least-squares line. */
  readonly perHour: { readonly heapBytes: number; readonly handles: number };
  /** Growth in the measured time after the warm-up, by the least-squares line. */
  readonly grown: { readonly heapBytes: number; readonly handles: number };
  readonly samples: readonly Sample[];
  readonly exitCode: number | string;
}

/**
 * The largest difference between two measurements that occurs without a leak. Growth below it
 * counts as noise at any slope.
 */
export const NOISE = { heapBytes: 8 * 2 ** 20, handles: 50 } as const;
/** Share of the time after which the server counts as warm. */
const WARM = 1 / 3;
const SAMPLES = 24;
const MIN_INTERVAL_SECONDS = 0.5;

/** Runs the mixed load on a server process, and measures its memory, handles and errors. */
export async function runSoak({
  minutes,
  people,
  seed,
  onSample,
}: SoakOptions): Promise<SoakReport> {
  const server = await startMeasuredServer();
  try {
    const load = mixedLoad(server, { people, seed });
    const samples = await watch(server, minutes * 60, (sample) => {
      const requests = Object.values(load.tally.sent).reduce((sum, count) => sum + count, 0);
      const complete = {
        ...sample,
        requests,
        errors: load.tally.errors.length + server.faults().length,
      };
      onSample?.(complete);
      return complete;
    });
    await load.stop();
    const exitCode = await server.stop();
    const { perHour, grown } = growth(samples);
    return {
      ...load.tally,
      errors: [...load.tally.errors, ...server.faults()],
      perHour,
      grown,
      samples,
      exitCode,
    };
  } finally {
    await server.stop();
  }
}

/** Returns the faults of a soak: an error, an exit code, or growth beyond noise. */
export function verdict({ errors, grown, exitCode }: SoakReport): readonly string[] {
  return [
    ...(errors.length > 0 ? [`${errors.length} errors`] : []),
    ...(exitCode === 0 ? [] : [`the server ended with exit code ${exitCode}`]),
    ...(grown.heapBytes > NOISE.heapBytes ? ['the heap grows'] : []),
    ...(grown.handles > NOISE.handles ? ['handles leak'] : []),
  ];
}

async function watch(
  server: MeasuredServer,
  seconds: number,
  complete: (sample: Measurement & { seconds: number }) => Sample,
): Promise<Sample[]> {
  const interval = Math.max(MIN_INTERVAL_SECONDS, seconds / SAMPLES);
  const began = performance.now();
  const samples: Sample[] = [];
  for (let next = interval; next <= seconds + 0.001; next += interval) {
    await new Promise((resolve) =>
      setTimeout(resolve, Math.max(0, began + next * 1000 - performance.now())),
    );
    samples.push(
      complete({ ...(await server.measure()), seconds: (performance.now() - began) / 1000 }),
    );
  }
  return samples;
}

function growth(samples: readonly Sample[]): Pick<SoakReport, 'perHour' | 'grown'> {
  const warm = samples.slice(Math.floor(samples.length * WARM));
  const hours = ((warm.at(-1)?.seconds ?? 0) - (warm[0]?.seconds ?? 0)) / 3600;
  const line = (of: (sample: Sample) => number) =>
    slopePerHour(warm.map((sample) => [sample.seconds, of(sample)]));
  const perHour = {
    heapBytes: line(({ heapBytes }) => heapBytes),
    handles: line(({ handles }) => handles),
  };
  return {
    perHour,
    grown: { heapBytes: perHour.heapBytes * hours, handles: perHour.handles * hours },
  };
}
