import { openDatabase, sqlSessionStore } from '@latchkey/sql';
import { createSessions, rotations, throughStore } from '../rotation/rotations.ts';
import { queryPostgres, type Servers } from '../servers.ts';

const ROUND_SECONDS = 2;

/**
 * Bytes that PostgreSQL writes to its write-ahead log, without full-page images, which are written
 * once after each checkpoint.
 */
export interface WalFigures {
  readonly rotation: number;
  readonly acknowledgement: number;
}

export async function measureWal({ newDatabase }: Servers): Promise<WalFigures> {
  const url = await newDatabase('wal');
  const written = async () =>
    Number(
      (await queryPostgres(url, `select (pg_current_wal_insert_lsn() - '0/0')::float8 as bytes`))
        .bytes,
    );
  const database = await openDatabase(url);
  try {
    const store = sqlSessionStore(database);
    const ids = await createSessions(store);
    const rotating = rotations('rotations', ids, 8, throughStore(store));
    // The first round writes the full-page images, so it is not counted.
    await queryPostgres(url, 'checkpoint');
    await rotating.round(ROUND_SECONDS);
    const before = await written();
    const { latencies } = await rotating.round(ROUND_SECONDS);
    const rotated = await written();
    const rows = await generations(url);
    const after = await written();
    await store.acknowledge(
      rows.map(([sessionId, generation]) => ({ sessionId, generation, at: Date.now() })),
    );
    return {
      rotation: (rotated - before) / latencies.length,
      acknowledgement: ((await written()) - after) / rows.length,
    };
  } finally {
    await database.close();
  }
}

async function generations(url: string): Promise<(readonly [id: string, generation: number])[]> {
  const text =
    'select json_agg(json_build_array(id, generation)) as pairs from latchkey_sessions where acknowledged_at is null';
  return (await queryPostgres(url, text)).pairs as [string, number][];
}
