import { useRef, useState } from 'react';
import { Button } from '../../components/ui/button.tsx';
import { ConfirmDialog } from '../../components/ui/confirm-dialog.tsx';
import { Notice } from '../../components/ui/notice.tsx';
import { SectionState } from '../../components/ui/section-state.tsx';
import { trpc } from '../../lib/trpc.ts';
import { useNow } from '../../lib/use-now.ts';
import { AccountSection } from './account-section.tsx';
import { describeDevice } from './device.ts';
import { SessionRow } from './session-row.tsx';
import { type Session, useEndSessions } from './use-end-sessions.ts';

const thisOneFirst = (a: Session, b: Session) => Number(b.current) - Number(a.current);

/** Where the person is signed in, with this browser first, and how to end it elsewhere. */
export function SessionList({ onNotMe }: { onNotMe: () => void }) {
  const query = trpc.account.sessions.useQuery();
  const { end, outcome } = useEndSessions();
  const now = useNow();
  const heading = useRef<HTMLHeadingElement>(null);
  const dialog = useRef<HTMLDialogElement>(null);
  const notMe = useRef<HTMLDialogElement>(null);
  const [unknown, setUnknown] = useState<Session | null>(null);
  const others = query.data?.filter(({ current }) => !current) ?? [];

  /** Its button is about to go: the focus must not be lost with it. */
  function endFrom(target: Session | 'others') {
    heading.current?.focus({ preventScroll: true });
    end(target);
  }

  function doubt(session: Session) {
    setUnknown(session);
    notMe.current?.showModal();
  }

  /** Whoever it was has the password, or had this browser: the session ends at once, and the password is the next thing to change. */
  function endUnknown() {
    if (unknown) end(unknown);
    onNotMe();
  }

  return (
    <AccountSection title="Sessions" lead="Where you are signed in. If you do not know one of them, sign it out and change your password." headingRef={heading}>
      {query.data ? (
        <ul aria-label="Sessions" className="divide-y divide-line rounded-card border border-line bg-surface shadow-card">
          {query.data.toSorted(thisOneFirst).map((session) => (
            <SessionRow key={session.id} session={session} now={now} onEnd={() => endFrom(session)} onNotMe={() => doubt(session)} />
          ))}
        </ul>
      ) : (
        <SectionState what="Your sessions" query={query} />
      )}
      <div className="mt-4 flex flex-wrap items-center justify-between gap-x-6 gap-y-3">
        <p role="status" className="text-sm text-ink-soft">
          {outcome && !outcome.failed && outcome.text}
          {query.data && others.length === 0 && !outcome && 'You are signed in nowhere else.'}
        </p>
        {others.length > 0 && <Button onClick={() => (others.length > 1 ? dialog.current?.showModal() : endFrom('others'))}>Sign out all others</Button>}
      </div>
      {outcome?.failed && (
        <Notice look="danger" role="alert" className="mt-4">
          {outcome.text}
        </Notice>
      )}
      <ConfirmDialog ref={dialog} title="Sign out all others?" confirm={`Sign out ${others.length} sessions`} onConfirm={() => endFrom('others')}>
        You stay signed in here. The other {others.length} sessions end, and whoever uses them has to sign in again.
      </ConfirmDialog>
      <ConfirmDialog ref={notMe} title="Not you?" confirm="Sign it out and change my password" onConfirm={endUnknown}>
        {(unknown && describeDevice(unknown)) ?? 'This session'} is signed out at once. Whoever it was may know your password, so choose a new one next: that
        ends every session but this one.
      </ConfirmDialog>
    </AccountSection>
  );
}
