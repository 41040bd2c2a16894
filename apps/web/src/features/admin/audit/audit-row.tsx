import { Link } from '@tanstack/react-router';
import * as adminAudit from '#messages/admin/audit.ts';
import { Address } from '../../../components/text/address.tsx';
import { Instant } from '../../../components/text/instant.tsx';
import { UserText } from '../../../components/text/user-text.tsx';
import { describeDevice } from '../../../lib/device.ts';
import { formatMinute } from '../../../lib/format.ts';
import type { ApiOutputs } from '../../../lib/trpc.ts';
import { describeEvent, severityOf } from '../../events/describe-event.ts';

const DOTS = { usual: 'bg-line-strong', warning: 'bg-brass', alarm: 'bg-danger' };

/** Shows one entry of the audit log: what happened, to whom, by whom, from where. */
export function AuditRow({ event }: { event: ApiOutputs['admin']['audit']['events'][number] }) {
  const { at, actorId, actorName, userId, username, sessionId, reference, ipAddress, details } =
    event;
  const device = describeDevice(event);
  const { statedReason, shownReason } = details;
  /** The browser and address of the actor, whose event it may be alone. */
  const origin = (
    <>
      {device && <UserText>{device}</UserText>}
      {ipAddress && <Address>{ipAddress}</Address>}
    </>
  );
  return (
    <li className="flex gap-3.5 px-4 py-3 text-sm break-inside-avoid sm:px-5">
      <span
        aria-hidden
        className={`drawn mt-[0.5em] size-2 shrink-0 rounded-full ${DOTS[severityOf(event)]}`}
      />
      <div className="flex min-w-0 flex-1 flex-col gap-x-6 sm:flex-row sm:justify-between">
        <div className="min-w-0">
          <p>
            {username && (
              <>
                <UserText className="font-medium">{username}</UserText>
                {': '}
              </>
            )}
            {describeEvent(event)}
          </p>
          <p className="flex flex-wrap items-baseline gap-x-4 text-ink-soft">
            {actorId !== null && actorId !== userId ? (
              <span className="flex flex-wrap items-baseline gap-x-4">
                <UserText>{adminAudit.byActor(actorName ?? adminAudit.removedActor)}</UserText>
                {origin}
              </span>
            ) : (
              origin
            )}
            {typeof statedReason === 'string' && <UserText>{`“${statedReason}”`}</UserText>}
            {typeof shownReason === 'string' && (
              <span>
                {adminAudit.shownReason} <UserText>{`“${shownReason}”`}</UserText>
              </span>
            )}
            {reference && (
              <span translate="no" className="font-mono text-[0.8125rem]">
                {reference}
              </span>
            )}
            {sessionId && (
              <Link
                to="/admin/sessions/$sessionId"
                params={{ sessionId }}
                className="link print:hidden"
                aria-label={adminAudit.sessionLabel(username ?? adminAudit.thisEntry)}
              >
                {adminAudit.session}
              </Link>
            )}
          </p>
        </div>
        <Instant at={at} className="whitespace-nowrap text-ink-faint tabular-nums">
          {formatMinute(at)}
        </Instant>
      </div>
    </li>
  );
}
