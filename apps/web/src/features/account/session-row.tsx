import { Monitor, Smartphone } from 'lucide-react';
import * as messages from '#messages/account.tsx';
import { Button } from '../../components/ui/button.tsx';
import { Instant } from '../../components/ui/instant.tsx';
import { formatAgo } from '../../lib/format.ts';
import { describeDevice } from './device.ts';
import { SessionHistory } from './session-history.tsx';
import type { Session } from './use-end-sessions.ts';

interface SessionRowProps {
  session: Session;
  now: number;
  onEnd: () => void;
  /** The person does not know it. */
  onNotMe: () => void;
}

/** One place where the person is signed in. */
export function SessionRow({ session, now, onEnd, onNotMe }: SessionRowProps) {
  const { current, system, ipAddress, createdAt, lastSeenAt } = session;
  const device = describeDevice(session) ?? messages.aBrowserThatDoesNot;
  const Icon = /^(Android|iOS|iPadOS)/.test(system ?? '') ? Smartphone : Monitor;
  return (
    <li className="grid grid-cols-[auto_minmax(0,1fr)_auto] items-center gap-x-4 gap-y-1 px-4 py-4 sm:px-5">
      <Icon aria-hidden size={20} strokeWidth={1.5} className="mt-0.5 self-start text-ink-faint" />
      <p className="col-span-2 flex flex-wrap items-center gap-x-2.5 gap-y-1 sm:col-span-1">
        <span className="min-w-0 font-medium wrap-anywhere">{device}</span>
        {current && (
          <span className="rounded-full bg-brass-wash px-2.5 py-0.5 text-xs font-medium whitespace-nowrap text-brass-ink">{messages.thisBrowser}</span>
        )}
      </p>
      <div className="col-span-2 col-start-2 min-w-0 sm:col-span-1">
        <p className="flex flex-wrap items-baseline gap-x-4 text-sm text-ink-soft">
          {ipAddress && <span className="font-mono text-[0.8125rem] wrap-anywhere">{ipAddress}</span>}
          <span>
            {messages.signedIn} <Instant at={createdAt}>{formatAgo(createdAt, now)}</Instant>
          </span>
          <span>
            {messages.lastSeen} <Instant at={lastSeenAt}>{formatAgo(lastSeenAt, now)}</Instant>
          </span>
        </p>
        <SessionHistory sessionId={session.id} device={device} />
      </div>
      {!current && (
        <div className="col-span-2 col-start-2 flex flex-wrap gap-1 sm:col-span-1 sm:col-start-3 sm:row-span-2 sm:row-start-1">
          <Button look="quiet" onClick={onNotMe} aria-label={messages.isNotMe(device)}>
            {messages.notMe}
          </Button>
          <Button onClick={onEnd} aria-label={messages.signOutOf(device)}>
            {messages.signOut}
          </Button>
        </div>
      )}
    </li>
  );
}
