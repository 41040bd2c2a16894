import { isUnreachable, reasonOf, useSessionControl } from '@latchkey/react';
import { useRef } from 'react';
import * as accountDeletion from '#messages/account/deletion.ts';
import * as failures from '#messages/failures.ts';
import { Notice } from '../../components/feedback/notice.tsx';
import { Button } from '../../components/form/button.tsx';
import { PasswordDialog } from '../../components/reauthentication/password-dialog.tsx';
import { trpc } from '../../lib/trpc.ts';
import { AccountSection } from './account-section.tsx';

/** Deletes the account, after an explanation and a check of the password. */
export function DeleteAccount() {
  const control = useSessionControl();
  const dialog = useRef<HTMLDialogElement>(null);
  const remove = trpc.account.deleteAccount.useMutation({
    onSuccess: () => control.signedOut('account_deleted'),
  });

  return (
    <AccountSection title={accountDeletion.title} lead={accountDeletion.lead}>
      <Button pending={remove.isPending} onClick={() => dialog.current?.showModal()}>
        {remove.isPending ? accountDeletion.pending : accountDeletion.title}
      </Button>
      {remove.error && (
        <Notice look="danger" role="alert" className="mt-4">
          {accountDeletion.failed(describeFailure(remove.error))}
        </Notice>
      )}
      <PasswordDialog
        ref={dialog}
        title={accountDeletion.dialogTitle}
        confirm={accountDeletion.confirm}
        look="danger"
        onConfirmed={() => remove.mutate()}
      >
        {accountDeletion.explanation}
      </PasswordDialog>
    </AccountSection>
  );
}

function describeFailure(error: { readonly message: string }): string {
  if (reasonOf(error) === 'conflict') return error.message;
  return isUnreachable(error) ? failures.unreachable : failures.internal;
}
