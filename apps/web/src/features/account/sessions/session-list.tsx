import { useRef } from 'react';
import * as accountPage from '#messages/account/page.tsx';
import * as accountSessions from '#messages/account/sessions.ts';
import { ConfirmDialog } from '../../../components/dialog/confirm-dialog.tsx';
import { Notice } from '../../../components/feedback/notice.tsx';
import { SectionState } from '../../../components/feedback/section-state.tsx';
import { Button } from '../../../components/form/button.tsx';
import { useNow } from '../../../lib/use-now.ts';
import { AccountSection } from '../account-section.tsx';
import { useShowMore } from '../use-show-more.ts';
import { SessionRow } from './session-row.tsx';
import type { EndSessions, Session } from './use-end-sessions.ts';
import { useSessions } from './use-sessions.ts';

interface SessionListProps {
  ends: EndSessions;
  /** Called if the user does not recognise a session. */
  onNotMe: (session: Session) => void;
}

/** Lists the sessions of the user, the current one first, with buttons to end the others. */
export function SessionList({ ends: { end, result }, onNotMe }: SessionListProps) {
  const { query, sessions } = useSessions();
  const now = useNow();
  const heading = useRef<HTMLHeadingElement>(null);
  const dialog = useRef<HTMLDialogElement>(null);
  const list = useRef<HTMLUListElement>(null);
  const showMore = useShowMore(list, sessions?.length ?? 0, query.fetchNextPage);
  const others = sessions?.filter(({ current }) => !current) ?? [];
  const hasOthers = others.length > 0 || query.hasNextPage;
  /** Number of other sessions; null until the last page is loaded. */
  const count = query.hasNextPage ? null : others.length;

  /**
   * Ends sessions and moves the focus to the heading, because the pressed button disappears with
   * its row.
   */
  function endFrom(target: Session | 'others') {
    heading.current?.focus({ preventScroll: true });
    end(target);
  }

  return (
    <AccountSection title={accountSessions.title} lead={accountSessions.lead} headingRef={heading}>
      {sessions ? (
        <ul
          ref={list}
          aria-label={accountSessions.title}
          className="divide-y divide-line rounded-card border border-line bg-surface shadow-card"
        >
          {sessions.map((session) => (
            <SessionRow
              key={session.id}
              session={session}
              now={now}
              onEnd={() => endFrom(session)}
              onNotMe={() => onNotMe(session)}
            />
          ))}
        </ul>
      ) : (
        <SectionState subject={accountSessions.subject} query={query} />
      )}
      {query.hasNextPage && (
        <Button className="mt-4" pending={query.isFetchingNextPage} onClick={showMore}>
          {query.isFetchingNextPage ? accountPage.loading : accountSessions.showMore}
        </Button>
      )}
      <div className="mt-4 flex flex-wrap items-center justify-between gap-x-6 gap-y-3">
        <p role="status" className="text-sm text-ink-soft">
          {result && !result.failed && result.text}
          {sessions && !hasOthers && !result && accountSessions.noOthers}
        </p>
        {hasOthers && (
          <Button onClick={() => (count !== 1 ? dialog.current?.showModal() : endFrom('others'))}>
            {accountSessions.signOutOthers}
          </Button>
        )}
      </div>
      {result?.failed && (
        <Notice look="danger" role="alert" className="mt-4">
          {result.text}
        </Notice>
      )}
      <ConfirmDialog
        ref={dialog}
        title={accountSessions.signOutOthersTitle}
        confirm={
          count === null ? accountSessions.signOutOthers : accountSessions.signOutCount(count)
        }
        onConfirm={() => endFrom('others')}
      >
        {count === null
          ? accountSessions.signOutOthersLead
          : accountSessions.signOutCountLead(count)}
      </ConfirmDialog>
    </AccountSection>
  );
}
