import { isUnreachable, reasonOf, useSessionControl, useUser } from '@latchkey/react';
import { useMutation } from '@tanstack/react-query';
import type { Ref } from 'react';
import * as accountPassword from '#messages/account/password.ts';
import * as failures from '#messages/failures.ts';
import { Notice } from '../../components/feedback/notice.tsx';
import { Button } from '../../components/form/button.tsx';
import { NewPasswordField } from '../../components/form/new-password-field.tsx';
import { PasswordField } from '../../components/form/password-field.tsx';
import { useReauthentication } from '../../components/reauthentication/use-reauthentication.tsx';
import { fieldErrors } from '../../lib/form/field-errors.ts';
import { describeLimit } from '../../lib/form/rate-limit.ts';
import { useForm } from '../../lib/form/use-form.ts';
import { trpc } from '../../lib/trpc.ts';
import { AccountSection } from './account-section.tsx';

const EMPTY = {
  currentPassword: accountPassword.currentRequired,
  newPassword: accountPassword.newRequired,
};
const CHECKED = { password: 'currentPassword' } as const;
const CHOSEN = { newPassword: 'newPassword', password: 'newPassword' } as const;
const refused = (error: unknown) =>
  fieldErrors<keyof typeof EMPTY>(
    error,
    reasonOf(error) === 'invalid_credentials' ? CHECKED : CHOSEN,
  );

interface PasswordFormProps {
  firstField: Ref<HTMLInputElement>;
  /** Whether the user reported a session as unknown. */
  isAlarmed: boolean;
}

/**
 * Changes the password. The server ends every session except the current one, which all tabs of
 * this browser share.
 */
export function PasswordForm({ firstField, isAlarmed }: PasswordFormProps) {
  const { username } = useUser();
  const control = useSessionControl();
  const { client } = trpc.useUtils();
  const reauthentication = useReauthentication();
  const change = useMutation({
    mutationFn: async ({ currentPassword, newPassword }: Record<keyof typeof EMPTY, string>) => {
      await client.auth.reauthenticate.mutate({ password: currentPassword });
      await reauthentication.send(() => client.account.changePassword.mutate({ newPassword }));
    },
    onSuccess: async () => {
      form.ref.current?.reset();
      await control.signedIn();
    },
  });
  const { form, errors, failure } = useForm({ empty: EMPTY, mutation: change, refused });

  return (
    <AccountSection fragment="password" title={accountPassword.title} lead={accountPassword.lead}>
      <form
        {...form}
        aria-label={accountPassword.formLabel}
        className="flex max-w-md flex-col gap-5"
      >
        {failure !== null && (
          <Notice look="danger" role="alert" tabIndex={-1}>
            {describeFailure(failure)}
          </Notice>
        )}
        {isAlarmed && !change.isSuccess && <Notice role="status">{accountPassword.alarm}</Notice>}
        {/* This field tells password managers which account the password belongs to. */}
        <input
          type="text"
          name="username"
          autoComplete="username"
          value={username}
          readOnly
          hidden
        />
        <PasswordField
          ref={firstField}
          label={accountPassword.currentLabel}
          name="currentPassword"
          autoComplete="current-password"
          maxLength={1024}
          error={errors.currentPassword}
        />
        <NewPasswordField
          label={accountPassword.newLabel}
          name="newPassword"
          error={errors.newPassword}
        />
        <div className="flex flex-wrap items-center gap-x-5 gap-y-3">
          <Button type="submit" look="primary" pending={change.isPending}>
            {change.isPending ? accountPassword.pending : accountPassword.submit}
          </Button>
          <p role="status" className="text-sm text-good">
            {change.isSuccess && accountPassword.changed}
          </p>
        </div>
      </form>
      {reauthentication.dialog}
    </AccountSection>
  );
}

function describeFailure(error: unknown): string {
  if (reasonOf(error) === 'reauthentication_required') return accountPassword.notReauthenticated;
  if (isUnreachable(error)) return failures.unreachable;
  return describeLimit(error) ?? failures.internal;
}
