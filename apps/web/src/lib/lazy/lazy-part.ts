import { createStore, type Store } from '@latchkey/react';
import { fetchPart, type PartFailure } from './part-files.ts';

export type PartState<Value> =
  | { readonly status: 'absent' }
  | { readonly status: 'ready'; readonly value: Value }
  | { readonly status: 'failed'; readonly failure: PartFailure }
  /** The code of the part arrived, and threw when it ran. */
  | { readonly status: 'broken'; readonly error: unknown };

/** A lazily loaded part of the app. */
export interface LazyPart<Value> {
  readonly state: Store<PartState<Value>>;
  /** Loads the part if it is missing. A call after a failure tries again. Never rejects. */
  load(): Promise<void>;
}

/**
 * Matches the error messages of an import whose file did not arrive: Chromium, Firefox, Safari;
 * then Vite for a style sheet.
 */
const NOT_ARRIVED =
  /dynamically imported module|error loading|Importing a module script failed|preload CSS/i;

/**
 * Creates a lazy part. Chromium caches a failed `import()` until the document is reloaded, and
 * fails each later import of the file or of one that needs it. So the files are fetched first, and
 * imported once all are in the HTTP cache: after a network failure, a later attempt can succeed.
 *
 * @param name of the source file, without its extension
 */
export function lazyPart<Value>(name: string, importPart: () => Promise<Value>): LazyPart<Value> {
  const state = createStore<PartState<Value>>({ status: 'absent' });
  let loading: Promise<void> | null = null;

  async function attempt(): Promise<PartState<Value>> {
    const failure = await fetchPart(name);
    if (failure) return { status: 'failed', failure };
    try {
      return { status: 'ready', value: await importPart() };
    } catch (error) {
      const arrived = !NOT_ARRIVED.test(error instanceof Error ? error.message : '');
      return arrived
        ? { status: 'broken', error }
        : { status: 'failed', failure: navigator.onLine ? 'missing' : 'unreachable' };
    }
  }

  async function load(): Promise<void> {
    if (state.get().status === 'ready') return;
    state.set(await attempt());
    loading = null;
  }

  return {
    state,
    load: () => {
      loading ??= load();
      return loading;
    },
  };
}

/**
 * Loads a part if it is missing.
 *
 * @returns the part's value, or null if it did not arrive
 */
export async function loadedValue<Value>(part: LazyPart<Value>): Promise<Value | null> {
  await part.load();
  const state = part.state.get();
  return state.status === 'ready' ? state.value : null;
}
