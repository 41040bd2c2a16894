import { useSessionControl } from '@latchkey/react';
import { useMutation } from '@tanstack/react-query';
import { client } from '../../lib/api.ts';

/**
 * Ends the session on the server, then forgets it here and in the other tabs. When the server
 * cannot be reached, nothing ends.
 */
export function useSignOut() {
  const control = useSessionControl();
  return useMutation({
    mutationFn: () => client.auth.logout.mutate(),
    onSuccess: () => control.signedOut(),
  });
}
