import { Client } from 'pg';
import { partsOf } from './tables.ts';

export interface Vacuumed {
  readonly parts: number;
  /** Seconds of the one statement that deletes all expired sessions. */
  readonly deleteSeconds: number;
  /** Seconds of the vacuum over all partitions, and of the slowest partition. */
  readonly seconds: number;
  readonly longest: number;
}

/**
 * Deletes the expired sessions and vacuums the table, one partition after the other if it has
 * partitions.
 */
export async function vacuumed(url: string, expiredBy: number): Promise<Vacuumed> {
  const client = new Client(url);
  await client.connect();
  try {
    const deleteSeconds = await timed(() =>
      client.query('delete from latchkey_sessions where idle_expires_at <= $1', [expiredBy]),
    );
    const each: number[] = [];
    for (const part of await partsOf(url))
      each.push(await timed(() => client.query(`vacuum ${part}`)));
    return {
      parts: each.length,
      deleteSeconds,
      seconds: each.reduce((sum, one) => sum + one, 0),
      longest: Math.max(...each),
    };
  } finally {
    await client.end();
  }
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return (performance.now() - began) / 1000;
}
