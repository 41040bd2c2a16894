import { type Held, refreshes, sessionInUse } from '../rotation/refreshes.ts';
import type { Backend } from './backends.ts';

const BATCH = 1_000;
/** Maximum number of sessions that are refreshed; the others only fill the store. */
const MAX_BROWSERS = 10_000;
const DAY_MS = 86_400_000;

export interface FilledStore {
  readonly backend: Backend;
  readonly sessions: number;
  /**
   * Refreshes one of the sessions that have a browser; these are spread evenly among the others.
   */
  readonly refresh: () => Promise<void>;
  /** Time by which every session without a browser has expired. */
  readonly expiredBy: number;
}

/** Fills an empty store with sessions. */
export async function fill(backend: Backend, sessions: number): Promise<FilledStore> {
  const expiredBy = Date.now() + DAY_MS;
  const browsers: Held[] = [];
  const every = Math.max(2, Math.ceil(sessions / MAX_BROWSERS));
  for (let first = 0; first < sessions; first += BATCH) {
    const batch = Array.from({ length: Math.min(BATCH, sessions - first) }, (_, number) => {
      const hasBrowser = (first + number) % every === 0;
      const { record, held } = sessionInUse(
        first + number,
        hasBrowser ? expiredBy + 9 * DAY_MS : expiredBy,
      );
      if (hasBrowser) browsers.push(held);
      return record;
    });
    await backend.add(batch);
  }
  // The refreshed sessions take turns in the order in which they were added: in a large store each
  // is on another page, and anywhere in the indexes.
  return { backend, sessions, expiredBy, refresh: refreshes(backend.store, browsers) };
}
