import { useState } from 'react';
import * as accountSessions from '#messages/account/sessions.ts';
import { SectionState } from '../../../components/feedback/section-state.tsx';
import { trpc } from '../../../lib/trpc.ts';
import { TimelineList } from '../../timeline/timeline-list.tsx';

/** Shows the timeline of one of the user's sessions, which is loaded when it is opened. */
export function SessionHistory({ sessionId, device }: { sessionId: string; device: string }) {
  const [isOpen, setIsOpen] = useState(false);
  const query = trpc.account.sessionTimeline.useQuery({ sessionId }, { enabled: isOpen });
  return (
    <details className="text-sm" onToggle={(event) => setIsOpen(event.currentTarget.open)}>
      <summary
        aria-label={accountSessions.historyLabel(device)}
        className="cursor-pointer text-ink-soft hover:text-ink"
      >
        {accountSessions.history}
      </summary>
      <div className="mt-3 pl-1">
        {query.data ? (
          <>
            <TimelineList entries={query.data.entries} />
            <p className="mt-3 text-ink-soft">
              {accountSessions.rotated(query.data.generation ?? 0)}
            </p>
          </>
        ) : (
          isOpen && <SectionState subject={accountSessions.historySubject} query={query} />
        )}
      </div>
    </details>
  );
}
