import { useReauthentication as useAsking } from '@latchkey/react';
import { useRef } from 'react';
import * as reauthentication from '#messages/reauthentication.ts';
import { PasswordDialog } from './password-dialog.tsx';

/**
 * For what the server does only for somebody who gave their password a short while ago.
 *
 * @returns how to send it, and the dialog that asks when need be: put it into the page
 */
export function useReauthentication() {
  const dialog = useRef<HTMLDialogElement>(null);
  const { send, answered } = useAsking(() => dialog.current?.showModal());
  return {
    send,
    dialog: (
      <PasswordDialog
        ref={dialog}
        title={reauthentication.title}
        confirm={reauthentication.confirm}
        onGiven={() => answered(true)}
        onCancel={() => answered(false)}
      >
        {reauthentication.lead}
      </PasswordDialog>
    ),
  };
}
