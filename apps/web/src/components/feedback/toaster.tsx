import { useStore } from '@latchkey/react';
import { X } from 'lucide-react';
import * as controls from '#messages/controls.ts';
import { dismiss, toasts } from '../../lib/toasts.ts';

const DOTS = { good: 'bg-good', danger: 'bg-danger' };

/**
 * Shows the toasts. Render it once and permanently: a screen reader announces changes only of a
 * live region that existed before.
 */
export function Toaster() {
  const shown = useStore(toasts);
  return (
    <div
      role="status"
      className="pointer-events-none fixed right-4 bottom-4 left-4 z-30 flex flex-col items-end gap-2 print:hidden"
    >
      {shown.map(({ id, text, look }) => (
        <div
          key={id}
          className="pointer-events-auto flex max-w-sm animate-appear items-center gap-3 rounded-card border border-line bg-surface py-2 pr-2 pl-4 text-sm shadow-float motion-reduce:animate-none"
        >
          <span aria-hidden className={`drawn size-2 shrink-0 rounded-full ${DOTS[look]}`} />
          <p className="min-w-0 wrap-anywhere">{text}</p>
          <button
            type="button"
            aria-label={controls.dismiss}
            onClick={() => dismiss(id)}
            className="flex size-8 shrink-0 items-center justify-center rounded-control text-ink-faint hover:bg-sunken hover:text-ink"
          >
            <X aria-hidden size={15} />
          </button>
        </div>
      ))}
    </div>
  );
}
