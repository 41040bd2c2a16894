import { isUnreachable, reasonOf, useSessionControl } from '@latchkey/react';
import { useRef } from 'react';
import { PasswordDialog } from '../../components/reauthentication/password-dialog.tsx';
import { Button } from '../../components/ui/button.tsx';
import { Notice } from '../../components/ui/notice.tsx';
import { trpc } from '../../lib/trpc.ts';
import { AccountSection } from './account-section.tsx';

/** Ends the account, once the person has read what that means and given the password. */
export function DeleteAccount() {
  const control = useSessionControl();
  const dialog = useRef<HTMLDialogElement>(null);
  const remove = trpc.account.deleteAccount.useMutation({ onSuccess: () => control.signedOut('account_deleted') });

  return (
    <AccountSection title="Delete account" lead="For good: neither you nor an administrator can bring it back.">
      <Button pending={remove.isPending} onClick={() => dialog.current?.showModal()}>
        {remove.isPending ? 'Deleting…' : 'Delete account'}
      </Button>
      {remove.error && (
        <Notice look="danger" role="alert" className="mt-4">
          Your account was not deleted: {describeFailure(remove.error)}
        </Notice>
      )}
      <PasswordDialog ref={dialog} title="Delete your account?" confirm="Delete my account" look="danger" onGiven={() => remove.mutate()}>
        Your name and password are removed, and you are signed out here and everywhere else. This cannot be undone. What happened to the account, such as
        sign-ins and from where, stays in the server’s audit log.
      </PasswordDialog>
    </AccountSection>
  );
}

function describeFailure(error: { readonly message: string }): string {
  if (reasonOf(error) === 'conflict') return error.message;
  return `${isUnreachable(error) ? 'the server is not answering' : 'something went wrong on the server'}. Try again in a moment.`;
}
