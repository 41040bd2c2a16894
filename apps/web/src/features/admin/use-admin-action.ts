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
  /** Returns the message to show after success. */
  readonly done: (input: Input) => string;
  readonly onDone?: (input: Input) => void;
}

/**
 * Runs an action of an administrator, for which the server may require the password. Afterwards all
 * data of the admin pages is fetched again.
 *
 * @returns the mutation, the refusal as a sentence, and the password dialog: render the dialog in
 *   the page
 */
export function useAdminAction<Input = void>({ send, done, onDone }: AdminActionOptions<Input>) {
  const queryClient = useQueryClient();
  const reauthentication = useReauthentication();
  const action = useMutation({
    mutationFn: (input: Input) => reauthentication.send(() => send(input)),
    onSuccess(_answer, input) {
      toast(done(input));
      onDone?.(input);
    },
    onSettled: () => queryClient.invalidateQueries({ queryKey: getQueryKey(trpc.admin) }),
  });
  return {
    action,
    refusal: action.error && describeRefusal(action.error),
    passwordDialog: reauthentication.dialog,
  };
}

/** Describes why an action was refused, with the server's message if that is written for users. */
export function describeRefusal(error: Error): string {
  if (isUnreachable(error)) return adminPage.unreachable;
  if (reasonOf(error) === 'reauthentication_required') return adminPage.notReauthenticated;
  const status = statusOf(error) ?? 500;
  return describeLimit(error) ?? (status < 500 ? error.message : failures.internal);
}
