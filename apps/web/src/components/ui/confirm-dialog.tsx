import type { MouseEvent, ReactNode, Ref } from 'react';
import * as controls from '#messages/controls.ts';
import { Button } from './button.tsx';
import { Dialog } from './dialog.tsx';

interface ConfirmDialogProps {
  /** Open it with `showModal()`. */
  ref: Ref<HTMLDialogElement>;
  title: string;
  /** What will happen, as the button's label. */
  confirm: string;
  onConfirm: () => void;
  children: ReactNode;
}

/** Asks before something that cannot be undone. */
export function ConfirmDialog({ ref, title, confirm, onConfirm, children }: ConfirmDialogProps) {
  /** Closed first: while it is open, nothing behind it can take the focus. */
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
