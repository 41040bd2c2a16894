import type { ReactNode } from 'react';
import type { Latchkey } from './latchkey.ts';
import { LatchkeyContext } from './use-session.ts';

/** Stands inside React Query's own provider, around everything that asks who is signed in. */
export function LatchkeyProvider({
  latchkey,
  children,
}: {
  latchkey: Latchkey;
  children: ReactNode;
}) {
  return <LatchkeyContext value={latchkey}>{children}</LatchkeyContext>;
}
