import { useUser } from '@latchkey/react';
import { Link } from '@tanstack/react-router';
import { ChevronDown, CircleUserRound, LogOut } from 'lucide-react';
import { useId, useRef, useState } from 'react';
import * as sessionMenu from '#messages/session/menu.tsx';

const ITEM =
  'flex min-h-10 w-full items-center gap-2.5 rounded-[0.625rem] px-3 font-medium hover:bg-sunken';

/** Whether the browser supports popovers. Firefox does so from version 125. */
const hasPopover = 'popover' in HTMLElement.prototype;

/**
 * Shows the menu of the signed-in user as a native popover: it closes on Escape and on a press
 * elsewhere, and returns the focus. In browsers without popovers, the button opens and closes it.
 */
export function UserMenu({ onSignOut }: { onSignOut: () => void }) {
  const { username, role } = useUser();
  const id = useId();
  const menu = useRef<HTMLDivElement>(null);
  const [isOpen, setIsOpen] = useState(false);
  const asPopover = hasPopover ? ({ popover: 'auto' } as const) : { hidden: !isOpen };
  const opener = hasPopover
    ? { popoverTarget: id }
    : { 'aria-expanded': isOpen, onClick: () => setIsOpen(!isOpen) };
  const close = () => (hasPopover ? menu.current?.hidePopover() : setIsOpen(false));
  return (
    <div className="relative">
      <button
        type="button"
        {...opener}
        aria-label={sessionMenu.label(username)}
        className="flex min-h-11 max-w-[min(11rem,100%)] items-center gap-1.5 rounded-control px-3 text-sm font-medium hover:bg-sunken"
      >
        <span className="truncate">{username}</span>
        <ChevronDown aria-hidden size={15} className="shrink-0 text-ink-faint" />
      </button>
      <div
        ref={menu}
        id={id}
        {...asPopover}
        className="user-menu w-60 rounded-card border border-line bg-surface p-1.5 text-sm text-ink shadow-float"
      >
        <p className="px-3 pt-2 pb-2.5 wrap-anywhere text-ink-soft">
          {sessionMenu.signedInAs(
            <strong className="font-medium text-ink">{username}</strong>,
            <strong className="font-medium text-ink">{role}</strong>,
          )}
        </p>
        <div className="border-t border-line pt-1.5">
          <Link to="/account" onClick={close} className={ITEM}>
            <CircleUserRound aria-hidden size={16} strokeWidth={1.75} className="text-ink-faint" />
            {sessionMenu.account}
          </Link>
          <button
            type="button"
            popoverTarget={id}
            popoverTargetAction="hide"
            onClick={onSignOut}
            className={ITEM}
          >
            <LogOut aria-hidden size={16} strokeWidth={1.75} className="text-ink-faint" />
            {sessionMenu.signOut}
          </button>
        </div>
      </div>
    </div>
  );
}
