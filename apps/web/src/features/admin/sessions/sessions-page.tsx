import { keepPreviousData } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useId, useRef, useState } from 'react';
import * as adminPage from '#messages/admin/page.tsx';
import * as adminSessions from '#messages/admin/sessions.ts';
import * as controls from '#messages/controls.ts';
import { Dialog } from '../../../components/dialog/dialog.tsx';
import { EmptyState } from '../../../components/feedback/empty-state.tsx';
import { Notice } from '../../../components/feedback/notice.tsx';
import { SectionState } from '../../../components/feedback/section-state.tsx';
import { Button } from '../../../components/form/button.tsx';
import { SearchField } from '../../../components/form/search-field.tsx';
import { Page } from '../../../components/page/page.tsx';
import { Address } from '../../../components/text/address.tsx';
import { Instant } from '../../../components/text/instant.tsx';
import { UserText } from '../../../components/text/user-text.tsx';
import { describeDevice } from '../../../lib/device.ts';
import { formatAgo } from '../../../lib/format.ts';
import { type ApiOutputs, trpc } from '../../../lib/trpc.ts';
import { useNow } from '../../../lib/use-now.ts';
import { Pager } from '../pager.tsx';
import { SearchHint } from '../search-hint.tsx';
import { useEndSession } from './use-end-session.ts';

type ListedSession = ApiOutputs['admin']['allSessions']['sessions'][number];

const route = getRouteApi('/behind-sign-in/admin/sessions');
const PAGE_SIZE = 25;

/** Lists the sessions of all users, the newest sign-in first. */
export function SessionsPage() {
  const { search, after } = route.useSearch();
  const navigate = route.useNavigate();
  const input = { search, after, limit: PAGE_SIZE };
  const query = trpc.admin.allSessions.useQuery(input, { placeholderData: keepPreviousData });
  const { end, refusal, passwordDialog } = useEndSession(input);
  const [chosen, setChosen] = useState<ListedSession | null>(null);
  const dialog = useRef<HTMLDialogElement>(null);
  const now = useNow();
  const hint = useId();

  function askEnd(session: ListedSession) {
    setChosen(session);
    dialog.current?.showModal();
  }

  function confirmed() {
    dialog.current?.close();
    if (chosen) end(chosen);
  }

  return (
    <Page title={adminSessions.title} lead={adminSessions.lead}>
      <SearchField
        label={adminPage.usernameSearch}
        value={search ?? ''}
        maxLength={64}
        onSearch={(text) => void navigate({ search: text ? { search: text } : {}, replace: true })}
        describedBy={hint}
        className="mt-6 max-w-sm"
      />
      <SearchHint id={hint} match={query.data?.match} />
      {refusal && (
        <Notice look="danger" role="alert" className="mt-5">
          {adminSessions.endFailed} {refusal}
        </Notice>
      )}
      <div className="mt-4" aria-busy={query.isPlaceholderData}>
        {!query.data && <SectionState subject={adminSessions.subject} query={query} />}
        {query.data?.sessions.length === 0 && (
          <EmptyState>{query.data.partial ? adminPage.partial : adminSessions.noMatch}</EmptyState>
        )}
        {query.data && query.data.sessions.length > 0 && (
          <table className="table-stacked w-full text-sm" aria-label={adminSessions.title}>
            <thead>
              <tr>
                {[
                  adminPage.user,
                  adminSessions.browser,
                  adminSessions.address,
                  adminSessions.signedIn,
                  adminSessions.lastSeen,
                ].map((name) => (
                  <th key={name} scope="col">
                    {name}
                  </th>
                ))}
                <th scope="col">
                  <span className="sr-only">{adminPage.actions}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {query.data.sessions.map((session) => (
                <Row key={session.id} session={session} now={now} onEnd={() => askEnd(session)} />
              ))}
            </tbody>
          </table>
        )}
      </div>
      <div className="mt-5">
        <Pager
          isPartial={query.data?.partial === true && query.data.sessions.length > 0}
          onFirst={after === undefined ? undefined : () => void navigate({ search: { search } })}
          onNext={
            query.data?.next
              ? () => void navigate({ search: { search, after: query.data.next ?? undefined } })
              : undefined
          }
        />
      </div>
      <Dialog ref={dialog} title={adminSessions.endTitle}>
        <p className="mt-2 text-sm text-ink-soft">
          {chosen &&
            adminSessions.endLead(
              chosen.username,
              describeDevice(chosen) ?? adminSessions.thisBrowser,
            )}{' '}
          {chosen?.current && adminSessions.endOwn}
        </p>
        <div className="mt-6 flex flex-wrap justify-end gap-2.5">
          <Button onClick={() => dialog.current?.close()}>{controls.cancel}</Button>
          <Button look="primary" onClick={confirmed}>
            {adminSessions.endConfirm}
          </Button>
        </div>
      </Dialog>
      {passwordDialog}
    </Page>
  );
}

function Row({ session, now, onEnd }: { session: ListedSession; now: number; onEnd: () => void }) {
  const device = describeDevice(session) ?? adminSessions.unknownBrowser;
  return (
    <tr>
      <td data-label={adminPage.user} className="font-medium">
        <Link
          to="/admin/sessions/$sessionId"
          params={{ sessionId: session.id }}
          className="link table-name"
        >
          <UserText>{session.username}</UserText>
        </Link>
      </td>
      <td data-label={adminSessions.browser}>
        <span>
          <UserText>{device}</UserText>{' '}
          {session.current && (
            <span className="rounded-full bg-brass-wash px-2 py-0.5 text-xs font-medium whitespace-nowrap text-brass-ink">
              {adminSessions.yours}
            </span>
          )}
        </span>
      </td>
      <td data-label={adminSessions.address}>
        {session.ipAddress === null ? '—' : <Address>{session.ipAddress}</Address>}
      </td>
      <td data-label={adminSessions.signedIn} className="lg:whitespace-nowrap">
        <Instant at={session.createdAt}>{formatAgo(session.createdAt, now)}</Instant>
      </td>
      <td data-label={adminSessions.lastSeen} className="lg:whitespace-nowrap">
        <Instant at={session.lastSeenAt}>{formatAgo(session.lastSeenAt, now)}</Instant>
      </td>
      <td className="sm:text-right">
        <Button
          look="quiet"
          onClick={onEnd}
          aria-label={adminSessions.endLabel(session.username, device)}
        >
          {adminSessions.end}
        </Button>
      </td>
    </tr>
  );
}
