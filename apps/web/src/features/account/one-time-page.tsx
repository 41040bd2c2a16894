import { isUnreachable, reasonOf, useSessionControl, useUser } from '@latchkey/react';
import { useMutation } from '@tanstack/react-query';
import * as accountNotices from '#messages/account/notices.ts';
import * as accountOneTime from '#messages/account/one-time.ts';
import * as accountPassword from '#messages/account/password.ts';
import * as failures from '#messages/failures.ts';
import { Notice } from '../../components/feedback/notice.tsx';
import { Button } from '../../components/form/button.tsx';
import { NewPasswordField } from '../../components/form/new-password-field.tsx';
import { Page } from '../../components/page/page.tsx';
import { useReauthentication } from '../../components/reauthentication/use-reauthentication.tsx';
import { fieldErrors } from '../../lib/form/field-errors.ts';
import { describeLimit } from '../../lib/form/rate-limit.ts';
import { useForm } from '../../lib/form/use-form.ts';
import { trpc } from '../../lib/trpc.ts';

const EMPTY = { newPassword: accountPassword.newRequired };
const FIELDS = { newPassword: 'newPassword', password: 'newPassword' } as const;

/**
 * Asks a user who signed in with a one-time password for a password: the server refuses everything
 * else until then.
 */
export function OneTimePage() {
  const { username } = useUser();
  const control = useSessionControl();
  const { client } = trpc.useUtils();
  const { data: told } = trpc.account.notices.useQuery();
  const reauthentication = useReauthentication();
  const change = useMutation({
    mutationFn: (chosen: Record<keyof typeof EMPTY, string>) =>
      reauthentication.send(() => client.account.changePassword.mutate(chosen)),
    onSuccess: () => control.signedIn(),
  });
  const { form, errors, failure } = useForm({
    empty: EMPTY,
    mutation: change,
    refused: (error) => fieldErrors(error, FIELDS),
  });
  const reason = told?.find(({ kind }) => kind === 'administrator')?.shownReason;

  return (
    <div className="mx-auto w-full max-w-sm pt-4 sm:pt-14">
      <Page title={accountOneTime.title} lead={accountOneTime.lead}>
        {reason && <Notice className="mt-6">{accountNotices.shownReason(reason)}</Notice>}
        <form {...form} aria-label={accountOneTime.title} className="mt-8 flex flex-col gap-5">
          {failure !== null && (
            <Notice look="danger" role="alert" tabIndex={-1}>
              {describeFailure(failure)}
            </Notice>
          )}
          {/* This field tells password managers which account the password belongs to. */}
          <input
            type="text"
            name="username"
            autoComplete="username"
            value={username}
            readOnly
            hidden
          />
          <NewPasswordField
            label={accountPassword.newLabel}
            name="newPassword"
            error={errors.newPassword}
          />
          <Button type="submit" look="primary" pending={change.isPending}>
            {change.isPending ? accountOneTime.pending : accountOneTime.submit}
          </Button>
        </form>
        {reauthentication.dialog}
      </Page>
    </div>
  );
}

function describeFailure(error: unknown): string {
  if (reasonOf(error) === 'reauthentication_required') return accountOneTime.notConfirmed;
  if (isUnreachable(error)) return failures.unreachable;
  return describeLimit(error) ?? failures.internal;
}
