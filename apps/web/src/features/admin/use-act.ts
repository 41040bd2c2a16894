import { isUnreachable, reasonOf, statusOf } from '@latchkey/react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { getQueryKey } from '@trpc/react-query';
import * as adminPage from '#messages/admin/page.tsx';
import * as failures from '#messages/failures.ts';
import { useReauthentication } from '../../components/reauthentication/use-reauthentication.tsx';
import { toast } from '../../lib/toasts.ts';
import { trpc } from '../../lib/trpc.ts';
import { describeLimit } from '../../lib/wait-words.ts';

interface ActOptions<Input> {
  readonly send: (input: Input) => Promise<unknown>;
  /** What is said once the server has done it. */
  readonly done: (input: Input) => string;
  readonly onDone?: () => void;
}

/**
 * One thing an administrator does. The server may want the password first; afterwards everything
 * administrators see is asked for again.
 *
 * @returns the mutation, why it was refused as a sentence, and the dialog that asks for the
 *   password: put it into the page
 */
export function useAct<Input = void>({ send, done, onDone }: ActOptions<Input>) {
  const queryClient = useQueryClient();
  const reauthentication = useReauthentication();
  const act = useMutation({
    mutationFn: (input: Input) => reauthentication.send(() => send(input)),
    onSuccess(_answer, input) {
      toast(done(input));
      onDone?.();
    },
    onSettled: () => queryClient.invalidateQueries({ queryKey: getQueryKey(trpc.admin) }),
  });
  return {
    act,
    refusal: act.error && describeRefusal(act.error),
    passwordDialog: reauthentication.dialog,
  };
}

/**
 * The server's own sentence where it has one for people: what is in the way, and what to do about
 * it.
 */
export function describeRefusal(error: Error): string {
  if (isUnreachable(error)) return adminPage.unreachable;
  if (reasonOf(error) === 'reauthentication_required') return adminPage.notReauthenticated;
  const status = statusOf(error) ?? 500;
  return describeLimit(error) ?? (status < 500 ? error.message : failures.internal);
}
