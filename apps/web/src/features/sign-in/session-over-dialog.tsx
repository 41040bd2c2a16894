import { type SignedOutReason, useSessionControl } from '@latchkey/react';
import { useLayoutEffect, useRef } from 'react';
import * as sessionOver from '#messages/session/over.ts';
import { Button } from '../../components/ui/button.tsx';
import { Dialog } from '../../components/ui/dialog.tsx';
import { SignInForm } from './sign-in-form.tsx';
import { describeSignedOut } from './sign-in-words.ts';
import { SignedOutNotice } from './signed-out-notice.tsx';

/**
 * Over the page of somebody whose session is over. It stays until they are back or leave the page:
 * there is nothing else to do here.
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
    // Closed while it is still in the page, it gives the focus back.
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
