import { type Held, refreshes, sessionInUse } from '../rotation/refreshes.ts';
import type { Backend } from './backends.ts';
import { DAY_MS } from './loader.ts';

/** Maximum number of sessions that are refreshed; the others only fill the store. */
const MAX_BROWSERS = 10_000;

export interface FilledStore {
  readonly backend: Backend;
  readonly sessions: number;
  /**
   * Refreshes one of half of the sessions that have a browser; these are spread evenly among the
   * others.
   */
  readonly refresh: () => Promise<void>;
  /** The browsers of the other half, for a node in a process of its own. */
  readonly browsers: readonly Held[];
  /** Time by which every session without a browser has expired. */
  readonly expiredBy: number;
}

/** Fills an empty store with sessions. */
export async function fill(
  backend: Backend,
  sessions: number,
  onProgress: (filled: number) => void = () => {},
): Promise<FilledStore> {
  const expiredBy = Date.now() + DAY_MS;
  const halves: [Held[], Held[]] = [[], []];
  const every = Math.max(2, Math.ceil(sessions / MAX_BROWSERS));
  const loader = await backend.load(sessions, expiredBy);
  for (let first = 0, turn = 0; first < sessions; first += every, turn++) {
    const { record, held } = sessionInUse(first, expiredBy + 9 * DAY_MS);
    await loader.add(record);
    halves[turn % 2]?.push(held);
    const others = Math.min(every, sessions - first) - 1;
    if (others > 0) await loader.addSeries(first + 1, others);
    onProgress(first + 1 + others);
  }
  await loader.finish();
  // The refreshed sessions take turns in the order in which they were added: in a large store each
  // is on another page, and anywhere in the indexes.
  const [own, browsers] = halves;
  return { backend, sessions, expiredBy, browsers, refresh: refreshes(backend.store, own) };
}
