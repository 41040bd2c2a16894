import { type ReactNode, type Ref, useId } from 'react';

interface DialogProps {
  /** The dialog element, which `showModal()` opens. */
  ref: Ref<HTMLDialogElement>;
  title: string;
  /** Called after each close: by a button, by Escape, or by code. */
  onClose?: () => void;
  children: ReactNode;
}

/**
 * A native modal dialog: it traps the focus, closes on Escape, and returns the focus to where it
 * was.
 */
export function Dialog({ ref, title, onClose, children }: DialogProps) {
  const id = useId();
  return (
    <dialog
      ref={ref}
      aria-labelledby={id}
      onClose={onClose}
      className="m-auto w-[calc(100%-2rem)] max-w-md rounded-card border border-line bg-surface p-6 text-ink shadow-float backdrop:bg-[oklch(0_0_0/0.45)]"
    >
      <h2 id={id} className="text-lg font-semibold tracking-tight">
        {title}
      </h2>
      {children}
    </dialog>
  );
}
