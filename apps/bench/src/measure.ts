/** One thing to be measured against another. `round` does its work for about `seconds` and says how much it did. */
export interface Contestant {
  readonly name: string;
  round(seconds: number): Promise<Round>;
}

export interface Round {
  readonly perSecond: number;
  /** Milliseconds each operation took; empty where single ones are too short to time. */
  readonly latencies: readonly number[];
}

export interface Result {
  readonly name: string;
  readonly perSecond: number;
  readonly p50: number | null;
  readonly p99: number | null;
}

export interface Comparison {
  readonly subject: Result;
  readonly reference: Result;
  /** Median over the rounds; below 1 the subject does less per second than the reference. */
  readonly ratio: number;
  /** Worst and best round. */
  readonly spread: readonly [number, number];
}

/** Runs both in turns, so that whatever else the machine does meets both alike, and compares round by round. */
export async function compare(subject: Contestant, reference: Contestant, rounds: number, seconds: number): Promise<Comparison> {
  await reference.round(seconds);
  await subject.round(seconds);
  const pairs: { a: Round; b: Round }[] = [];
  for (let round = 0; round < rounds; round++) {
    const subjectFirst = round % 2 === 0;
    const first = await (subjectFirst ? subject : reference).round(seconds);
    const second = await (subjectFirst ? reference : subject).round(seconds);
    pairs.push(subjectFirst ? { a: first, b: second } : { a: second, b: first });
  }
  const ratios = pairs.map(({ a, b }) => a.perSecond / b.perSecond);
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
    spread: [Math.min(...ratios), Math.max(...ratios)],
  };
}

function summarize(name: string, rounds: readonly Round[]): Result {
  const latencies = rounds.flatMap((round) => round.latencies);
  const perSecond = quantile(
    rounds.map((round) => round.perSecond),
    0.5,
  );
  return { name, perSecond, p50: latencies.length > 0 ? quantile(latencies, 0.5) : null, p99: latencies.length > 0 ? quantile(latencies, 0.99) : null };
}

export function quantile(values: readonly number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? Number.NaN;
}
