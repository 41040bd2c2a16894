import { useUser } from '@latchkey/react';
import { useRef, useState } from 'react';
import * as accountPage from '#messages/account/page.tsx';
import * as accountSessions from '#messages/account/sessions.ts';
import { ConfirmDialog } from '../../components/dialog/confirm-dialog.tsx';
import { Page } from '../../components/page/page.tsx';
import { describeDevice } from '../../lib/device.ts';
import { DeleteAccount } from './delete-account.tsx';
import { EventList } from './events/event-list.tsx';
import { PasswordForm } from './password-form.tsx';
import { SessionList } from './sessions/session-list.tsx';
import { type Session, useEndSessions } from './sessions/use-end-sessions.ts';

/** The account of the signed-in user: sessions, password, events, deletion. */
export function AccountPage() {
  const { username, role } = useUser();
  const ends = useEndSessions();
  const [unknown, setUnknown] = useState<Session | null>(null);
  const [isAlarmed, setIsAlarmed] = useState(false);
  const notMe = useRef<HTMLDialogElement>(null);
  const currentPassword = useRef<HTMLInputElement>(null);

  function askNotMe(session: Session) {
    setUnknown(session);
    notMe.current?.showModal();
  }

  /**
   * Starts with the session that the user does not know: it may mean that the password is known, so
   * the session ends and the password is changed.
   */
  function endUnknown() {
    if (unknown) ends.end(unknown);
    setIsAlarmed(true);
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
        <SessionList ends={ends} onNotMe={askNotMe} />
        <PasswordForm firstField={currentPassword} isAlarmed={isAlarmed} />
        <EventList onNotMe={askNotMe} />
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
