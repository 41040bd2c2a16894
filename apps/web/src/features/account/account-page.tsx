import { useUser } from '@latchkey/react';
import { useRef, useState } from 'react';
import * as accountPage from '#messages/account/page.tsx';
import * as accountSessions from '#messages/account/sessions.ts';
import { ConfirmDialog } from '../../components/ui/confirm-dialog.tsx';
import { Page } from '../../components/ui/page.tsx';
import { DeleteAccount } from './delete-account.tsx';
import { describeDevice } from './device.ts';
import { EventList } from './event-list.tsx';
import { PasswordForm } from './password-form.tsx';
import { SessionList } from './session-list.tsx';
import { type Session, useEndSessions } from './use-end-sessions.ts';

/** Where people look after their own account. */
export function AccountPage() {
  const { username, role } = useUser();
  const ends = useEndSessions();
  const [unknown, setUnknown] = useState<Session | null>(null);
  const [alarmed, setAlarmed] = useState(false);
  const notMe = useRef<HTMLDialogElement>(null);
  const currentPassword = useRef<HTMLInputElement>(null);

  function doubt(session: Session) {
    setUnknown(session);
    notMe.current?.showModal();
  }

  /**
   * Whoever it was has the password, or had this browser: the session ends at once, and the
   * password is the next thing to change.
   */
  function endUnknown() {
    if (unknown) ends.end(unknown);
    setAlarmed(true);
    currentPassword.current?.focus();
  }

  return (
    <Page
      title={accountPage.title}
      lead={accountPage.lead(
        <strong className="font-semibold text-ink">{username}</strong>,
        <strong className="font-semibold text-ink">{role}</strong>,
      )}
    >
      <div className="mt-8 sm:mt-10">
        <SessionList ends={ends} onNotMe={doubt} />
        <PasswordForm firstField={currentPassword} alarmed={alarmed} />
        <EventList onNotMe={doubt} />
        <DeleteAccount />
      </div>
      <ConfirmDialog
        ref={notMe}
        title={accountSessions.notYouTitle}
        confirm={accountSessions.notYouConfirm}
        onConfirm={endUnknown}
      >
        {accountSessions.notYouLead(
          (unknown && describeDevice(unknown)) ?? accountSessions.thisSession,
        )}
      </ConfirmDialog>
    </Page>
  );
}
