import { type SignedOutReason, useSessionControl } from '@latchkey/react';
import { useLayoutEffect, useRef } from 'react';
import * as sessionOver from '#messages/session/over.ts';
import { Dialog } from '../../components/dialog/dialog.tsx';
import { Button } from '../../components/form/button.tsx';
import { describeSignedOut } from './sign-in-errors.ts';
import { SignInForm } from './sign-in-form.tsx';
import { SignedOutNotice } from './signed-out-notice.tsx';

/**
 * Covers the page of a user whose session has ended, until they sign in again or leave the page.
 */
export function SessionOverDialog({
  username,
  remember,
  reason,
}: {
  username: string;
  remember: boolean;
  reason: SignedOutReason;
}) {
  const control = useSessionControl();
  const dialog = useRef<HTMLDialogElement>(null);
  const open = () => dialog.current?.showModal();

  useLayoutEffect(() => {
    const { current } = dialog;
    current?.showModal();
    current?.querySelector<HTMLInputElement>('input[name=password]')?.focus();
    // Closes the dialog before it is removed: only a dialog in the document returns the focus.
    return () => current?.close();
  }, []);

  return (
    <Dialog ref={dialog} title={sessionOver.title} onClose={open}>
      <div className="mt-3 flex flex-col gap-5">
        <SignedOutNotice explanation={describeSignedOut(reason) ?? sessionOver.explanation} />
        <p className="text-sm text-pretty text-ink-soft">{sessionOver.lead}</p>
        <SignInForm username={username} remember={remember} />
        <Button look="quiet" onClick={() => control.leave()}>
          {sessionOver.leave}
        </Button>
      </div>
    </Dialog>
  );
}
