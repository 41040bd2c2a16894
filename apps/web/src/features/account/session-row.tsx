import { Monitor, Smartphone } from 'lucide-react';
import { Button } from '../../components/ui/button.tsx';
import { Instant } from '../../components/ui/instant.tsx';
import { formatAgo } from '../../lib/format.ts';
import { describeDevice } from './device.ts';
import type { Session } from './use-end-sessions.ts';

interface SessionRowProps {
  session: Session;
  now: number;
  onEnd: () => void;
}

/** One place where the person is signed in. */
export function SessionRow({ session, now, onEnd }: SessionRowProps) {
  const { current, system, ipAddress, createdAt, lastSeenAt } = session;
  const device = describeDevice(session) ?? 'A browser that does not say which';
  const Icon = /^(Android|iOS|iPadOS)/.test(system ?? '') ? Smartphone : Monitor;
  return (
    <li className="flex items-center gap-4 px-4 py-4 sm:px-5">
      <Icon aria-hidden size={20} strokeWidth={1.5} className="mt-0.5 shrink-0 self-start text-ink-faint" />
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap items-center gap-x-2.5 gap-y-1">
          <span className="min-w-0 font-medium wrap-anywhere">{device}</span>
          {current && <span className="rounded-full bg-brass-wash px-2.5 py-0.5 text-xs font-medium whitespace-nowrap text-brass-ink">This browser</span>}
        </p>
        <p className="mt-1 flex flex-wrap gap-x-4 text-sm text-ink-soft">
          {ipAddress && <span className="font-mono text-[0.8125rem] leading-6 wrap-anywhere">{ipAddress}</span>}
          <span>
            Signed in <Instant at={createdAt}>{formatAgo(createdAt, now)}</Instant>
          </span>
          <span>
            Last seen <Instant at={lastSeenAt}>{formatAgo(lastSeenAt, now)}</Instant>
          </span>
        </p>
      </div>
      {!current && (
        <Button onClick={onEnd} aria-label={`Sign out ${device}`}>
          Sign out
        </Button>
      )}
    </li>
  );
}
