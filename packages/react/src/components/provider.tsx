import { type ReactNode, useEffect, useLayoutEffect } from 'react';
import type { Latchkey } from '../latchkey.ts';
import { LatchkeyContext } from './use-session.ts';

/** On a server no effect runs; React 18 complains about a layout effect there. */
const useBrowserEffect = typeof window === 'undefined' ? useEffect : useLayoutEffect;

/**
 * Provides the session to the hooks and components below. Put it inside `QueryClientProvider`.
 *
 * @example
 * ```tsx
 * import { createLatchkey, LatchkeyProvider } from '@latchkey/react';
 * import { QueryClientProvider } from '@tanstack/react-query';
 *
 * const latchkey = createLatchkey({ url: '/trpc', queryClient });
 * export const App = () => (
 *   <QueryClientProvider client={queryClient}>
 *     <LatchkeyProvider latchkey={latchkey}>Your pages</LatchkeyProvider>
 *   </QueryClientProvider>
 * );
 * ```
 */
export function LatchkeyProvider({
  latchkey,
  children,
}: {
  latchkey: Latchkey;
  children: ReactNode;
}) {
  // Before the effects of the components below: a call that they send belongs to the page's user.
  useBrowserEffect(() => latchkey.control.start(), [latchkey]);
  return <LatchkeyContext.Provider value={latchkey}>{children}</LatchkeyContext.Provider>;
}
