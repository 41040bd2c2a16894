import { createStore, type Store } from '@latchkey/react';
import { fetchPart, type PartFailure } from './part-files.ts';

export type PartState<Value> =
  | { readonly status: 'absent' }
  | { readonly status: 'ready'; readonly value: Value }
  | { readonly status: 'failed'; readonly failure: PartFailure }
  /** It arrived, and threw when it ran. */
  | { readonly status: 'broken'; readonly error: unknown };

/** A part of the app that is loaded when it is needed. */
export interface LazyPart<Value> {
  readonly state: Store<PartState<Value>>;
  /** Loads the part unless it is there. A call after a failure tries again. Never rejects. */
  load(): Promise<void>;
}

/**
 * What browsers say of an import whose file did not arrive: Chromium, Firefox, Safari; then Vite,
 * of a style sheet.
 */
const NOT_ARRIVED =
  /dynamically imported module|error loading|Importing a module script failed|preload CSS/i;

/**
 * Chromium remembers a failed `import()` until the page is loaded anew, and fails each later import
 * of the same file or of one that needs it. So the files are fetched first, and imported once they
 * are all in the browser's cache: a network that is down then costs nothing but a later attempt.
 *
 * @param name of the source file, without its ending
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

/** The value of a part, loaded if need be. @returns null when it did not arrive */
export async function loadedValue<Value>(part: LazyPart<Value>): Promise<Value | null> {
  await part.load();
  const state = part.state.get();
  return state.status === 'ready' ? state.value : null;
}
