import { useRef } from 'react';
import * as accountPage from '#messages/account/page.tsx';
import * as accountSessions from '#messages/account/sessions.ts';
import { Button } from '../../components/ui/button.tsx';
import { ConfirmDialog } from '../../components/ui/confirm-dialog.tsx';
import { Notice } from '../../components/ui/notice.tsx';
import { SectionState } from '../../components/ui/section-state.tsx';
import { useNow } from '../../lib/use-now.ts';
import { AccountSection } from './account-section.tsx';
import { SessionRow } from './session-row.tsx';
import type { EndSessions, Session } from './use-end-sessions.ts';
import { useSessions } from './use-sessions.ts';
import { useShowMore } from './use-show-more.ts';

interface SessionListProps {
  ends: EndSessions;
  /** The person does not know this one. */
  onNotMe: (session: Session) => void;
}

/** Where the person is signed in, with this browser first, and how to end it elsewhere. */
export function SessionList({ ends: { end, outcome }, onNotMe }: SessionListProps) {
  const { query, sessions } = useSessions();
  const now = useNow();
  const heading = useRef<HTMLHeadingElement>(null);
  const dialog = useRef<HTMLDialogElement>(null);
  const list = useRef<HTMLUListElement>(null);
  const showMore = useShowMore(list, sessions?.length ?? 0, query.fetchNextPage);
  const others = sessions?.filter(({ current }) => !current) ?? [];
  const hasOthers = others.length > 0 || query.hasNextPage;
  /** Unknown until the last page is there. */
  const count = query.hasNextPage ? null : others.length;

  /** Its button is about to go: the focus must not be lost with it. */
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
        <SectionState what={accountSessions.subject} query={query} />
      )}
      {query.hasNextPage && (
        <Button className="mt-4" pending={query.isFetchingNextPage} onClick={showMore}>
          {query.isFetchingNextPage ? accountPage.loading : accountSessions.showMore}
        </Button>
      )}
      <div className="mt-4 flex flex-wrap items-center justify-between gap-x-6 gap-y-3">
        <p role="status" className="text-sm text-ink-soft">
          {outcome && !outcome.failed && outcome.text}
          {sessions && !hasOthers && !outcome && accountSessions.noOthers}
        </p>
        {hasOthers && (
          <Button onClick={() => (count !== 1 ? dialog.current?.showModal() : endFrom('others'))}>
            {accountSessions.signOutOthers}
          </Button>
        )}
      </div>
      {outcome?.failed && (
        <Notice look="danger" role="alert" className="mt-4">
          {outcome.text}
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
