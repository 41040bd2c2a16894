import { useState } from 'react';
import * as accountSessions from '#messages/account/sessions.ts';
import { SectionState } from '../../components/ui/section-state.tsx';
import { trpc } from '../../lib/trpc.ts';
import { TimelineList } from '../timeline/timeline-list.tsx';

/** The life of one of the person's own sessions, asked for once they want to see it. */
export function SessionHistory({ sessionId, device }: { sessionId: string; device: string }) {
  const [open, setOpen] = useState(false);
  const query = trpc.account.sessionTimeline.useQuery({ sessionId }, { enabled: open });
  return (
    <details className="text-sm" onToggle={(event) => setOpen(event.currentTarget.open)}>
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
          open && <SectionState what={accountSessions.historySubject} query={query} />
        )}
      </div>
    </details>
  );
}
