import type { MouseEvent, ReactNode, Ref } from 'react';
import * as controls from '#messages/controls.ts';
import { Button } from '../form/button.tsx';
import { Dialog } from './dialog.tsx';

interface ConfirmDialogProps {
  /** The dialog element, which `showModal()` opens. */
  ref: Ref<HTMLDialogElement>;
  title: string;
  /** The label of the confirming button, which names the action. */
  confirm: string;
  onConfirm: () => void;
  children: ReactNode;
}

/** Asks the user to confirm an action that cannot be undone. */
export function ConfirmDialog({ ref, title, confirm, onConfirm, children }: ConfirmDialogProps) {
  /** Closes the dialog first, because nothing behind an open dialog can take the focus. */
  function confirmed(event: MouseEvent<HTMLButtonElement>) {
    event.currentTarget.closest('dialog')?.close();
    onConfirm();
  }

  return (
    <Dialog ref={ref} title={title}>
      <form method="dialog">
        <div className="mt-2 text-sm text-pretty text-ink-soft">{children}</div>
        <div className="mt-6 flex flex-wrap justify-end gap-2.5">
          <Button type="submit">{controls.cancel}</Button>
          <Button look="primary" onClick={confirmed}>
            {confirm}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
