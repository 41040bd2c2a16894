import type { ReactNode } from 'react';
import type { Latchkey } from '../latchkey.ts';
import { LatchkeyContext } from './use-session.ts';

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
  return <LatchkeyContext.Provider value={latchkey}>{children}</LatchkeyContext.Provider>;
}
