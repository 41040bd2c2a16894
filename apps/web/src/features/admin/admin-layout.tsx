import { reasonOf } from '@latchkey/react';
import { Link, Outlet } from '@tanstack/react-router';
import * as adminPage from '#messages/admin/page.tsx';
import { QueryProblem } from '../../components/feedback/query-problem.tsx';
import { PageSkeleton } from '../../components/feedback/skeleton.tsx';
import { trpc } from '../../lib/trpc.ts';
import { RoleRequiredPage } from './role-required-page.tsx';

const AREAS = [
  ['/admin', adminPage.overview],
  ['/admin/users', adminPage.users],
  ['/admin/sessions', adminPage.sessions],
  ['/admin/audit', adminPage.auditLog],
  ['/admin/keys', adminPage.keys],
] as const;

/**
 * The frame of the pages for administrators. The server refuses other users, both the frame's query
 * and those for the data of each page.
 */
export function AdminLayout() {
  const answer = trpc.adminOnly.useQuery();
  if (answer.isPending && answer.errorUpdateCount === 0) return <PageSkeleton />;
  if (reasonOf(answer.error) === 'role_required') return <RoleRequiredPage needed="Admin" />;
  if (answer.data === undefined)
    return (
      <QueryProblem
        title={adminPage.title}
        error={answer.error}
        retry={() => void answer.refetch()}
      />
    );
  return (
    <>
      <nav aria-label={adminPage.navLabel} className="-mx-3 -mt-4 mb-8 flex flex-wrap print:hidden">
        {AREAS.map(([to, name]) => (
          <Link
            key={to}
            to={to}
            activeOptions={{ exact: to === '/admin', includeSearch: false }}
            className="flex min-h-10 items-center rounded-control px-3 text-sm text-ink-soft hover:text-ink aria-[current=page]:bg-sunken aria-[current=page]:font-medium aria-[current=page]:text-ink"
          >
            {name}
          </Link>
        ))}
      </nav>
      <Outlet />
    </>
  );
}
