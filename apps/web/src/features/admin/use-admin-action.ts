import { isUnreachable, reasonOf, statusOf } from '@latchkey/react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { getQueryKey } from '@trpc/react-query';
import * as adminPage from '#messages/admin/page.tsx';
import * as failures from '#messages/failures.ts';
import { useReauthentication } from '../../components/reauthentication/use-reauthentication.tsx';
import { describeLimit } from '../../lib/form/rate-limit.ts';
import { toast } from '../../lib/toasts.ts';
import { trpc } from '../../lib/trpc.ts';

interface AdminActionOptions<Input> {
  readonly send: (input: Input) => Promise<unknown>;
  /** The message after success. */
  readonly done: (input: Input) => string;
  readonly onDone?: () => void;
}

/**
 * Runs an action of an administrator. The server may require the password first. Afterwards all
 * data of the admin pages is fetched again.
 *
 * @returns the mutation, the refusal as a sentence, and the password dialog: render it in the page
 */
export function useAdminAction<Input = void>({ send, done, onDone }: AdminActionOptions<Input>) {
  const queryClient = useQueryClient();
  const reauthentication = useReauthentication();
  const action = useMutation({
    mutationFn: (input: Input) => reauthentication.send(() => send(input)),
    onSuccess(_answer, input) {
      toast(done(input));
      onDone?.();
    },
    onSettled: () => queryClient.invalidateQueries({ queryKey: getQueryKey(trpc.admin) }),
  });
  return {
    action,
    refusal: action.error && describeRefusal(action.error),
    passwordDialog: reauthentication.dialog,
  };
}

/** Describes why an action was refused; uses the message of the server if it is for users. */
export function describeRefusal(error: Error): string {
  if (isUnreachable(error)) return adminPage.unreachable;
  if (reasonOf(error) === 'reauthentication_required') return adminPage.notReauthenticated;
  const status = statusOf(error) ?? 500;
  return describeLimit(error) ?? (status < 500 ? error.message : failures.internal);
}
