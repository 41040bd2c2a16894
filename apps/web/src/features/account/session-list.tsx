import { useRef } from 'react';
import * as messages from '#messages/account.tsx';
import { Button } from '../../components/ui/button.tsx';
import { ConfirmDialog } from '../../components/ui/confirm-dialog.tsx';
import { Notice } from '../../components/ui/notice.tsx';
import { SectionState } from '../../components/ui/section-state.tsx';
import { trpc } from '../../lib/trpc.ts';
import { useNow } from '../../lib/use-now.ts';
import { AccountSection } from './account-section.tsx';
import { SessionRow } from './session-row.tsx';
import type { EndSessions, Session } from './use-end-sessions.ts';

const thisOneFirst = (a: Session, b: Session) => Number(b.current) - Number(a.current);

interface SessionListProps {
  ends: EndSessions;
  /** The person does not know this one. */
  onNotMe: (session: Session) => void;
}

/** Where the person is signed in, with this browser first, and how to end it elsewhere. */
export function SessionList({ ends: { end, outcome }, onNotMe }: SessionListProps) {
  const query = trpc.account.sessions.useQuery();
  const now = useNow();
  const heading = useRef<HTMLHeadingElement>(null);
  const dialog = useRef<HTMLDialogElement>(null);
  const others = query.data?.filter(({ current }) => !current) ?? [];

  /** Its button is about to go: the focus must not be lost with it. */
  function endFrom(target: Session | 'others') {
    heading.current?.focus({ preventScroll: true });
    end(target);
  }

  return (
    <AccountSection title={messages.sessions} lead={messages.whereYouAreSignedIn} headingRef={heading}>
      {query.data ? (
        <ul aria-label={messages.sessions} className="divide-y divide-line rounded-card border border-line bg-surface shadow-card">
          {query.data.toSorted(thisOneFirst).map((session) => (
            <SessionRow key={session.id} session={session} now={now} onEnd={() => endFrom(session)} onNotMe={() => onNotMe(session)} />
          ))}
        </ul>
      ) : (
        <SectionState what={messages.yourSessions} query={query} />
      )}
      <div className="mt-4 flex flex-wrap items-center justify-between gap-x-6 gap-y-3">
        <p role="status" className="text-sm text-ink-soft">
          {outcome && !outcome.failed && outcome.text}
          {query.data && others.length === 0 && !outcome && messages.youAreSignedInNowhere}
        </p>
        {others.length > 0 && (
          <Button onClick={() => (others.length > 1 ? dialog.current?.showModal() : endFrom('others'))}>{messages.signOutAllOthers}</Button>
        )}
      </div>
      {outcome?.failed && (
        <Notice look="danger" role="alert" className="mt-4">
          {outcome.text}
        </Notice>
      )}
      <ConfirmDialog ref={dialog} title={messages.signOutAllOthersTitle} confirm={messages.signOutSessions(others.length)} onConfirm={() => endFrom('others')}>
        {messages.othersEnd(others.length)}
      </ConfirmDialog>
    </AccountSection>
  );
}
