import { useSessionControl } from '@latchkey/react';
import { useMutation } from '@tanstack/react-query';
import { client } from '../../lib/api.ts';

/**
 * Ends the session on the server, then in this tab and the others. If the server is unreachable,
 * the session continues.
 */
export function useSignOut() {
  const control = useSessionControl();
  return useMutation({
    mutationFn: () => client.auth.logout.mutate(),
    onSuccess: () => control.signedOut(),
  });
}
