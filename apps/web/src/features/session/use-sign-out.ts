import { useSessionControl } from '@latchkey/react';
import { trpc } from '../../lib/trpc.ts';

/** Ends the session on the server, then forgets it here and in the other tabs. When the server cannot be reached, nothing ends. */
export function useSignOut() {
  const control = useSessionControl();
  return trpc.auth.logout.useMutation({ onSuccess: () => control.signedOut() });
}
