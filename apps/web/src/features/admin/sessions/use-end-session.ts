import { useMutation, useQueryClient } from '@tanstack/react-query';
import { getQueryKey } from '@trpc/react-query';
import * as adminSessions from '#messages/admin/sessions.ts';
import { useReauthentication } from '../../../components/reauthentication/use-reauthentication.tsx';
import { toast } from '../../../lib/toasts.ts';
import { type ApiInputs, type ApiOutputs, trpc } from '../../../lib/trpc.ts';
import { describeRefusal } from '../use-admin-action.ts';

type Session = ApiOutputs['admin']['allSessions']['sessions'][number];

/**
 * Ends a session of any user. The session leaves the list at once, and returns to it if the server
 * did not end it.
 *
 * @param page the input of the page that is shown
 */
export function useEndSession(page: ApiInputs['admin']['allSessions']) {
  const queryClient = useQueryClient();
  const { admin, client } = trpc.useUtils();
  const reauthentication = useReauthentication();
  const { mutate: end, error } = useMutation({
    mutationFn: (session: Session) =>
      reauthentication.send(() => client.admin.revokeSession.mutate({ sessionId: session.id })),
    async onMutate({ id }) {
      await admin.allSessions.cancel();
      const before = admin.allSessions.getData(page);
      admin.allSessions.setData(
        page,
        (now) => now && { ...now, sessions: now.sessions.filter((session) => session.id !== id) },
      );
      return before;
    },
    onSuccess: (_done, { username }) => toast(adminSessions.ended(username)),
    onError: (_error, _session, before) => admin.allSessions.setData(page, before),
    onSettled: () => queryClient.invalidateQueries({ queryKey: getQueryKey(trpc.admin) }),
  });
  return { end, refusal: error && describeRefusal(error), passwordDialog: reauthentication.dialog };
}
