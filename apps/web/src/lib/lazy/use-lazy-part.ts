import { useStore } from '@latchkey/react';
import { useEffect } from 'react';
import type { LazyPart } from './lazy-part.ts';

/**
 * Loads a part that the page does not wait for, and again when the network is back.
 *
 * @returns the part's value; null until it is there
 */
export function useLazyPart<Value>(part: LazyPart<Value>): Value | null {
  const state = useStore(part.state);
  useEffect(() => {
    const load = () => void part.load();
    load();
    window.addEventListener('online', load);
    return () => window.removeEventListener('online', load);
  }, [part]);
  return state.status === 'ready' ? state.value : null;
}
