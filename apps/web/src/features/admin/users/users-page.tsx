import { keepPreviousData } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { UserPlus } from 'lucide-react';
import { useId, useRef, useState } from 'react';
import * as adminPage from '#messages/admin/page.tsx';
import * as adminUsers from '#messages/admin/users.ts';
import { SectionState } from '../../../components/feedback/section-state.tsx';
import { Button } from '../../../components/form/button.tsx';
import { SearchField } from '../../../components/form/search-field.tsx';
import { SelectField } from '../../../components/form/select-field.tsx';
import { Page } from '../../../components/page/page.tsx';
import { trpc } from '../../../lib/trpc.ts';
import { Pager } from '../pager.tsx';
import { SearchHint } from '../search-hint.tsx';
import { CreateUserDialog } from './create-user-dialog.tsx';
import { ManageUserDialog } from './manage-user-dialog.tsx';
import { type UsersSearch, usersSearchOf } from './users-search.ts';
import { type ListedUser, UsersTable } from './users-table.tsx';

const route = getRouteApi('/behind-sign-in/admin/users');
const PAGE_SIZE = 25;

const ROLES = [
  ['', adminUsers.any],
  ['Admin', 'Admin'],
  ['User', 'User'],
] as const;
const STATUSES = [
  ['', adminUsers.any],
  ['active', adminUsers.active],
  ['disabled', adminUsers.disabled],
] as const;

/** Lists all users. Search, filters and order are in the URL; the server applies them. */
export function UsersPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { sort = 'username', order = 'asc' } = search;
  const query = trpc.admin.users.useQuery(
    { ...search, sort, order, limit: PAGE_SIZE },
    { placeholderData: keepPreviousData },
  );
  const [managed, setManaged] = useState<ListedUser | null>(null);
  const manage = useRef<HTMLDialogElement>(null);
  const create = useRef<HTMLDialogElement>(null);
  const hint = useId();
  const isFiltered =
    search.search !== undefined || search.role !== undefined || search.status !== undefined;

  /** Changes the search parameters, and opens the first page of the result. */
  const filter = (change: UsersSearch, replace = false) =>
    void navigate({ search: (before) => ({ ...before, after: undefined, ...change }), replace });

  return (
    <Page title={adminUsers.title} lead={adminUsers.lead}>
      <div className="mt-6 flex flex-wrap items-end gap-3">
        <SearchField
          label={adminPage.usernameSearch}
          value={search.search ?? ''}
          maxLength={64}
          describedBy={hint}
          onSearch={(text) => filter({ search: text || undefined }, true)}
          className="min-w-48 flex-1"
        />
        <SelectField
          label={adminUsers.role}
          options={ROLES}
          value={search.role ?? ''}
          onChange={(event) => filter(pick({ role: event.target.value }))}
        />
        <SelectField
          label={adminUsers.status}
          options={STATUSES}
          value={search.status ?? ''}
          onChange={(event) => filter(pick({ status: event.target.value }))}
        />
        <Button look="primary" onClick={() => create.current?.showModal()}>
          <UserPlus aria-hidden size={15} />
          {adminUsers.create}
        </Button>
      </div>

      <SearchHint id={hint} match={query.data?.match} />
      <div className="mt-4" aria-busy={query.isPlaceholderData}>
        {!query.data && <SectionState subject={adminUsers.subject} query={query} />}
        {query.data && query.data.users.length > 0 && (
          <UsersTable
            users={query.data.users}
            sort={{ by: sort, descending: order === 'desc' }}
            onSort={(by, descending) =>
              filter(pick({ sort: by, order: descending ? 'desc' : 'asc' }))
            }
            onManage={(user) => {
              setManaged(user);
              manage.current?.showModal();
            }}
          />
        )}
        {query.data?.users.length === 0 && (
          <p className="rounded-card border border-line bg-surface px-5 py-8 text-center text-sm text-ink-soft">
            {query.data.partial
              ? adminPage.partial
              : isFiltered
                ? adminUsers.noMatch
                : adminUsers.emptyPage}
          </p>
        )}
      </div>

      {query.data && (
        <div className="mt-5 flex flex-wrap items-center justify-between gap-3 text-sm text-ink-soft">
          <p role="status" className="tabular-nums">
            {query.data.total
              ? (isFiltered ? adminUsers.matching : adminUsers.total)(query.data.total)
              : adminUsers.uncounted}
          </p>
          <Pager
            isPartial={query.data.partial && query.data.users.length > 0}
            onFirst={search.after === undefined ? undefined : () => filter({})}
            onNext={
              query.data.next === null
                ? undefined
                : () => filter({ after: query.data.next ?? undefined })
            }
          />
        </div>
      )}
      <ManageUserDialog ref={manage} user={managed} />
      <CreateUserDialog ref={create} />
    </Page>
  );
}

/** Validates only the changed search parameters, so that the others stay. */
function pick(change: Record<string, string>): UsersSearch {
  const checked = usersSearchOf(change);
  return Object.fromEntries(
    Object.keys(change).map((name) => [name, checked[name as keyof UsersSearch]]),
  );
}
