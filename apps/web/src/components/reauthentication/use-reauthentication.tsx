import { useReauthentication as useLatchkeyReauthentication } from '@latchkey/react';
import { useRef } from 'react';
import * as reauthentication from '#messages/reauthentication.ts';
import { PasswordDialog } from './password-dialog.tsx';

/**
 * Sends requests that the server accepts only from a recently authenticated user.
 *
 * @returns `send`, and the dialog that asks for the password: render the dialog in the page
 */
export function useReauthentication() {
  const dialog = useRef<HTMLDialogElement>(null);
  const { send, answered } = useLatchkeyReauthentication(() => dialog.current?.showModal());
  return {
    send,
    dialog: (
      <PasswordDialog
        ref={dialog}
        title={reauthentication.title}
        confirm={reauthentication.confirm}
        onConfirmed={() => answered(true)}
        onCancel={() => answered(false)}
      >
        {reauthentication.lead}
      </PasswordDialog>
    ),
  };
}
