import { type MouseEvent, type ReactNode, type Ref, useId } from 'react';
import { Button } from './button.tsx';

interface ConfirmDialogProps {
  /** Open it with `showModal()`. */
  ref: Ref<HTMLDialogElement>;
  title: string;
  /** What will happen, as the button's label. */
  confirm: string;
  onConfirm: () => void;
  children: ReactNode;
}

/** Asks before something that cannot be undone. A native dialog: it keeps the focus, closes on Escape, and gives the focus back. */
export function ConfirmDialog({ ref, title, confirm, onConfirm, children }: ConfirmDialogProps) {
  const id = useId();

  /** Closed first: while it is open, nothing behind it can take the focus. */
  function confirmed(event: MouseEvent<HTMLButtonElement>) {
    event.currentTarget.closest('dialog')?.close();
    onConfirm();
  }

  return (
    <dialog
      ref={ref}
      aria-labelledby={id}
      className="m-auto w-[calc(100%-2rem)] max-w-md rounded-card border border-line bg-surface p-6 text-ink shadow-float backdrop:bg-[oklch(0_0_0/0.45)]"
    >
      <form method="dialog">
        <h2 id={id} className="text-lg font-semibold tracking-tight">
          {title}
        </h2>
        <div className="mt-2 text-sm text-pretty text-ink-soft">{children}</div>
        <div className="mt-6 flex flex-wrap justify-end gap-2.5">
          <Button type="submit">Cancel</Button>
          <Button look="primary" onClick={confirmed}>
            {confirm}
          </Button>
        </div>
      </form>
    </dialog>
  );
}
