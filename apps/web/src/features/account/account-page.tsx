import { useUser } from '@latchkey/react';
import { useRef, useState } from 'react';
import * as messages from '#messages/account.tsx';
import { Page } from '../../components/ui/page.tsx';
import { DeleteAccount } from './delete-account.tsx';
import { EventList } from './event-list.tsx';
import { PasswordForm } from './password-form.tsx';
import { SessionList } from './session-list.tsx';

/** Where people look after their own account. */
export function AccountPage() {
  const { username, role } = useUser();
  const [alarmed, setAlarmed] = useState(false);
  const currentPassword = useRef<HTMLInputElement>(null);

  function changePassword() {
    setAlarmed(true);
    currentPassword.current?.focus();
  }

  return (
    <Page
      title={messages.yourAccount}
      lead={messages.youAre(<strong className="font-semibold text-ink">{username}</strong>, <strong className="font-semibold text-ink">{role}</strong>)}
    >
      <div className="mt-8 sm:mt-10">
        <SessionList onNotMe={changePassword} />
        <PasswordForm firstField={currentPassword} alarmed={alarmed} />
        <EventList />
        <DeleteAccount />
      </div>
    </Page>
  );
}
