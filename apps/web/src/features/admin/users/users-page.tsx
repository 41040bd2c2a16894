import { keepPreviousData } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { UserPlus } from 'lucide-react';
import { useRef, useState } from 'react';
import * as adminPage from '#messages/admin/page.tsx';
import * as adminUsers from '#messages/admin/users.ts';
import { Button } from '../../../components/ui/button.tsx';
import { Page } from '../../../components/ui/page.tsx';
import { SearchField } from '../../../components/ui/search-field.tsx';
import { SectionState } from '../../../components/ui/section-state.tsx';
import { SelectField } from '../../../components/ui/select-field.tsx';
import { trpc } from '../../../lib/trpc.ts';
import { CreateUserDialog } from './create-user-dialog.tsx';
import { ManageUserDialog } from './manage-user-dialog.tsx';
import { type UsersSearch, usersSearchOf } from './users-search.ts';
import { type ListedUser, UsersTable } from './users-table.tsx';

const route = getRouteApi('/behind-sign-in/admin/users');
const PAGE = 25;

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

/**
 * Everybody with an account. What is searched, filtered and sorted stands in the address, and is
 * done by the server.
 */
export function UsersPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { sort = 'username', order = 'asc' } = search;
  const query = trpc.admin.users.useQuery(
    { ...search, sort, order, limit: PAGE },
    { placeholderData: keepPreviousData },
  );
  const [managed, setManaged] = useState<ListedUser | null>(null);
  const manage = useRef<HTMLDialogElement>(null);
  const create = useRef<HTMLDialogElement>(null);
  const narrowed =
    search.search !== undefined || search.role !== undefined || search.status !== undefined;

  /** Another question begins at its first page. */
  const ask = (change: UsersSearch, replace = false) =>
    void navigate({ search: (before) => ({ ...before, after: undefined, ...change }), replace });

  return (
    <Page title={adminUsers.title} lead={adminUsers.lead}>
      <div className="mt-6 flex flex-wrap items-end gap-3">
        <SearchField
          label={adminPage.usernameSearch}
          value={search.search ?? ''}
          maxLength={64}
          onSearch={(text) => ask({ search: text || undefined }, true)}
          className="min-w-48 flex-1"
        />
        <SelectField
          label={adminUsers.role}
          options={ROLES}
          value={search.role ?? ''}
          onChange={(event) => ask(pick({ role: event.target.value }))}
        />
        <SelectField
          label={adminUsers.status}
          options={STATUSES}
          value={search.status ?? ''}
          onChange={(event) => ask(pick({ status: event.target.value }))}
        />
        <Button look="primary" onClick={() => create.current?.showModal()}>
          <UserPlus aria-hidden size={15} />
          {adminUsers.create}
        </Button>
      </div>

      <div className="mt-6" aria-busy={query.isPlaceholderData}>
        {!query.data && <SectionState what={adminUsers.subject} query={query} />}
        {query.data && query.data.users.length > 0 && (
          <UsersTable
            users={query.data.users}
            sort={{ by: sort, descending: order === 'desc' }}
            onSort={(by, descending) => ask(pick({ sort: by, order: descending ? 'desc' : 'asc' }))}
            onManage={(user) => {
              setManaged(user);
              manage.current?.showModal();
            }}
          />
        )}
        {query.data?.users.length === 0 && (
          <p className="rounded-card border border-line bg-surface px-5 py-8 text-center text-sm text-ink-soft">
            {narrowed ? adminUsers.noMatch : adminUsers.emptyPage}
          </p>
        )}
      </div>

      {query.data && (
        <div className="mt-5 flex flex-wrap items-center justify-between gap-3 text-sm text-ink-soft">
          <p role="status" className="tabular-nums">
            {(narrowed ? adminUsers.matching : adminUsers.total)(query.data.total)}
          </p>
          <div className="flex gap-2.5">
            {search.after !== undefined && (
              <Button onClick={() => ask({})}>{adminPage.firstPage}</Button>
            )}
            {query.data.next !== null && (
              <Button onClick={() => ask({ after: query.data.next ?? undefined })}>
                {adminPage.nextPage}
              </Button>
            )}
          </div>
        </div>
      )}
      <ManageUserDialog ref={manage} user={managed} />
      <CreateUserDialog ref={create} />
    </Page>
  );
}

/** Only what was asked about: the rest of the address stays. */
function pick(change: Record<string, string>): UsersSearch {
  const checked = usersSearchOf(change);
  return Object.fromEntries(
    Object.keys(change).map((name) => [name, checked[name as keyof UsersSearch]]),
  );
}
