import { Monitor, Smartphone } from 'lucide-react';
import * as accountSessions from '#messages/account/sessions.ts';
import { Button } from '../../../components/form/button.tsx';
import { Address } from '../../../components/text/address.tsx';
import { Instant } from '../../../components/text/instant.tsx';
import { UserText } from '../../../components/text/user-text.tsx';
import { describeDevice } from '../../../lib/device.ts';
import { formatAgo } from '../../../lib/format.ts';
import { SessionHistory } from './session-history.tsx';
import type { Session } from './use-end-sessions.ts';

interface SessionRowProps {
  session: Session;
  now: number;
  onEnd: () => void;
  /** Called if the user does not recognise the session. */
  onNotMe: () => void;
}

/** Shows one session of the user. */
export function SessionRow({ session, now, onEnd, onNotMe }: SessionRowProps) {
  const { current, system, ipAddress, createdAt, lastSeenAt } = session;
  const device = describeDevice(session) ?? accountSessions.unknownBrowser;
  const Icon = /^(Android|iOS|iPadOS)/.test(system ?? '') ? Smartphone : Monitor;
  return (
    <li
      tabIndex={-1}
      className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1 px-4 py-4 sm:grid-cols-[auto_minmax(0,1fr)_auto] sm:px-5"
    >
      <Icon aria-hidden size={20} strokeWidth={1.5} className="mt-0.5 text-ink-faint" />
      <div>
        <p className="flex flex-wrap items-center gap-x-2.5 gap-y-1">
          <UserText className="font-medium">{device}</UserText>
          {current && (
            <span className="rounded-full bg-brass-wash px-2.5 py-0.5 text-xs font-medium whitespace-nowrap text-brass-ink">
              {accountSessions.thisBrowser}
            </span>
          )}
        </p>
        <p className="mt-1 flex flex-wrap items-baseline gap-x-4 text-sm text-ink-soft">
          {ipAddress && <Address>{ipAddress}</Address>}
          <span>
            {accountSessions.signedIn} <Instant at={createdAt}>{formatAgo(createdAt, now)}</Instant>
          </span>
          <span>
            {accountSessions.lastSeen}{' '}
            <Instant at={lastSeenAt}>{formatAgo(lastSeenAt, now)}</Instant>
          </span>
        </p>
      </div>
      {!current && (
        <div className="col-start-2 flex flex-wrap gap-1 self-center max-sm:-ml-4 sm:col-start-3">
          <Button look="quiet" onClick={onNotMe} aria-label={accountSessions.notMeLabel(device)}>
            {accountSessions.notMe}
          </Button>
          <Button onClick={onEnd} aria-label={accountSessions.signOutLabel(device)}>
            {accountSessions.signOut}
          </Button>
        </div>
      )}
      <div className="col-start-2 -col-end-1">
        <SessionHistory sessionId={session.id} device={device} />
      </div>
    </li>
  );
}
