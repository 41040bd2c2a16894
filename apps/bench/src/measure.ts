/**
 * One of the two sides of a comparison. `round` works for about `seconds` and returns how much it
 * did.
 */
export interface Contestant {
  readonly name: string;
  round(seconds: number): Promise<Round>;
}

export interface Round {
  readonly perSecond: number;
  /** The latency of each operation, in milliseconds. */
  readonly latencies: readonly number[];
  /** Processor time per operation, in microseconds, where it can be measured apart from the load. */
  readonly cpuMicroseconds?: number;
}

export interface Result {
  readonly name: string;
  readonly perSecond: number;
  /** Percentiles of the latencies, in milliseconds. */
  readonly p50: number;
  readonly p99: number;
  /** Processor time per operation, in microseconds: the median of the rounds. */
  readonly cpuMicroseconds?: number;
}

export interface Comparison {
  readonly subject: Result;
  readonly reference: Result;
  /**
   * The reference's processor time per operation divided by the subject's, or else the subject's
   * work per second divided by the reference's, as the median of the rounds; below 1 the subject is
   * slower.
   */
  readonly ratio: number;
  /** The bounds of the middle half of the rounds' ratios. */
  readonly spread: readonly [number, number];
}

/** Repeats work for about `seconds`, with `inFlight` operations at a time; `turn` counts from 0. */
export async function repeat(
  seconds: number,
  inFlight: number,
  operation: (turn: number) => Promise<void>,
): Promise<Round> {
  const latencies: number[] = [];
  const began = performance.now();
  const until = began + seconds * 1000;
  let turn = 0;
  const caller = async () => {
    for (let sent = began; sent < until; ) {
      await operation(turn++);
      const answered = performance.now();
      latencies.push(answered - sent);
      sent = answered;
    }
  };
  await Promise.all(Array.from({ length: inFlight }, caller));
  return { perSecond: (latencies.length / (performance.now() - began)) * 1000, latencies };
}

/** How many times each side of a comparison is measured, and for how long. */
export interface Pace {
  readonly rounds: number;
  readonly seconds: number;
  /** Seconds of warm-up, until the code of both sides is compiled; by default 2. */
  readonly warmUpSeconds?: number;
}

/**
 * Runs both sides in turns, so that other load of the machine affects both alike, and compares them
 * round by round.
 */
export async function compare(
  subject: Contestant,
  reference: Contestant,
  { rounds, seconds, warmUpSeconds = 2 }: Pace,
): Promise<Comparison> {
  await reference.round(warmUpSeconds);
  await subject.round(warmUpSeconds);
  const pairs: { a: Round; b: Round }[] = [];
  for (let round = 0; round < rounds; round++) {
    const subjectFirst = round % 2 === 0;
    const first = await (subjectFirst ? subject : reference).round(seconds);
    const second = await (subjectFirst ? reference : subject).round(seconds);
    pairs.push(subjectFirst ? { a: first, b: second } : { a: second, b: first });
  }
  const ratios = pairs.map(({ a, b }) =>
    a.cpuMicroseconds && b.cpuMicroseconds
      ? b.cpuMicroseconds / a.cpuMicroseconds
      : a.perSecond / b.perSecond,
  );
  return {
    subject: summarize(
      subject.name,
      pairs.map((pair) => pair.a),
    ),
    reference: summarize(
      reference.name,
      pairs.map((pair) => pair.b),
    ),
    ratio: quantile(ratios, 0.5),
    spread: [quantile(ratios, 0.25), quantile(ratios, 0.75)],
  };
}

function summarize(name: string, rounds: readonly Round[]): Result {
  const latencies = rounds.flatMap((round) => round.latencies);
  const perSecond = quantile(
    rounds.map((round) => round.perSecond),
    0.5,
  );
  const cpu = rounds.flatMap(({ cpuMicroseconds = [] }) => cpuMicroseconds);
  return {
    name,
    perSecond,
    p50: quantile(latencies, 0.5),
    p99: quantile(latencies, 0.99),
    ...(cpu.length > 0 && { cpuMicroseconds: quantile(cpu, 0.5) }),
  };
}

export function quantile(values: readonly number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? Number.NaN;
}
