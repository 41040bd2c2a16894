import * as accountEvents from '#messages/account/events.ts';
import * as accountSessions from '#messages/account/sessions.ts';
import { Button } from '../../../components/form/button.tsx';
import { Address } from '../../../components/text/address.tsx';
import { Instant } from '../../../components/text/instant.tsx';
import { UserText } from '../../../components/text/user-text.tsx';
import { describeDevice } from '../../../lib/device.ts';
import { formatMinute } from '../../../lib/format.ts';
import {
  describeEvent,
  isByOther,
  type SecurityEvent,
  severityOf,
} from '../../events/describe-event.ts';
import type { Session } from '../sessions/use-end-sessions.ts';

const DOTS = { usual: 'bg-line-strong', warning: 'bg-brass', alarm: 'bg-danger' };

interface EventRowProps {
  event: SecurityEvent;
  /** The session to which the event belongs, if it is another one and still active. */
  session: Session | undefined;
  /** Called if the user does not recognise the session. */
  onNotMe: (session: Session) => void;
}

/** Shows one security event: what happened, from where, and when. */
export function EventRow({ event, session, onNotMe }: EventRowProps) {
  const device = isByOther(event) ? null : describeDevice(event);
  const address = isByOther(event) ? null : event.ipAddress;
  const { shownReason } = event.details;
  return (
    <li tabIndex={-1} className="flex gap-3.5 px-4 py-3 text-sm sm:px-5">
      <span
        aria-hidden
        className={`drawn mt-[0.5em] size-2 shrink-0 rounded-full ${DOTS[severityOf(event)]}`}
      />
      <div className="flex min-w-0 flex-1 flex-col gap-x-6 sm:flex-row sm:justify-between">
        <div className="min-w-0">
          <p>{describeEvent(event)}</p>
          {typeof shownReason === 'string' && (
            <p className="text-ink-soft">
              <UserText>{`“${shownReason}”`}</UserText>
            </p>
          )}
          {(device || address) && (
            <p className="flex flex-wrap items-baseline gap-x-4 text-ink-soft">
              {device && <UserText>{device}</UserText>}
              {address && <Address>{address}</Address>}
            </p>
          )}
        </div>
        {session && !isByOther(event) && (
          <Button
            look="quiet"
            className="-my-1 min-h-8 self-start sm:ml-auto"
            aria-label={accountEvents.notMeLabel(
              [describeEvent(event), device].filter(Boolean).join(', '),
            )}
            onClick={() => onNotMe(session)}
          >
            {accountSessions.notMe}
          </Button>
        )}
        <Instant at={event.at} className="whitespace-nowrap text-ink-faint tabular-nums">
          {formatMinute(event.at)}
        </Instant>
      </div>
    </li>
  );
}
