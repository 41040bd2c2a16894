import { useRef } from 'react';
import { reasonOf } from '../../lib/api-error.ts';
import { PasswordDialog } from './password-dialog.tsx';

/**
 * For what the server does only for somebody who gave their password a short while ago.
 *
 * @returns how to send it, and the dialog that asks when need be: put it into the page
 */
export function useReauthentication() {
  const dialog = useRef<HTMLDialogElement>(null);
  const asked = useRef<{ readonly answer: Promise<boolean>; settle(given: boolean): void }>(null);

  /** Whoever asks while the dialog is open waits for the same answer. */
  function ask(): Promise<boolean> {
    if (!asked.current) {
      let settle = (_given: boolean) => {};
      const answer = new Promise<boolean>((resolve) => {
        settle = resolve;
      });
      asked.current = { answer, settle };
      dialog.current?.showModal();
    }
    return asked.current.answer;
  }

  function answered(given: boolean): void {
    asked.current?.settle(given);
    asked.current = null;
  }

  /**
   * Sends it; when the server wants the password first, asks for it and sends it again.
   *
   * @throws what the last attempt was refused with: `reauthentication_required` when the person did not give the password
   */
  async function send<Answer>(attempt: () => Promise<Answer>): Promise<Answer> {
    try {
      return await attempt();
    } catch (error) {
      if (reasonOf(error) !== 'reauthentication_required' || !(await ask())) throw error;
      return send(attempt);
    }
  }

  return {
    send,
    dialog: (
      <PasswordDialog ref={dialog} title="Your password, please" confirm="Go on" onGiven={() => answered(true)} onCancel={() => answered(false)}>
        It is a while since you gave it, and this should be nobody’s doing but yours.
      </PasswordDialog>
    ),
  };
}
