import {
  createColumnHelper,
  flexRender,
  getCoreRowModel,
  type SortingState,
  useReactTable,
} from '@tanstack/react-table';
import { ArrowDown, ArrowUp } from 'lucide-react';
import * as adminPage from '#messages/admin/page.tsx';
import * as adminUsers from '#messages/admin/users.ts';
import { Button } from '../../../components/form/button.tsx';
import { Instant } from '../../../components/text/instant.tsx';
import { UserText } from '../../../components/text/user-text.tsx';
import { formatMinute } from '../../../lib/format.ts';
import type { ApiOutputs } from '../../../lib/trpc.ts';

export type ListedUser = ApiOutputs['admin']['users']['users'][number];

const column = createColumnHelper<ListedUser>();
const COLUMNS = [
  column.accessor('username', {
    header: adminUsers.username,
    cell: (cell) => <UserText className="table-name font-medium">{cell.getValue()}</UserText>,
  }),
  column.accessor('role', { header: adminUsers.role, enableSorting: false }),
  column.accessor('disabled', {
    header: adminUsers.status,
    enableSorting: false,
    cell: (cell) =>
      cell.getValue() ? (
        <span className="font-medium text-danger">{adminUsers.disabled}</span>
      ) : (
        adminUsers.active
      ),
  }),
  column.accessor('createdAt', {
    header: adminUsers.created,
    cell: (cell) => (
      <Instant at={cell.getValue()} className="whitespace-nowrap tabular-nums">
        {formatMinute(cell.getValue())}
      </Instant>
    ),
  }),
];

interface UsersTableProps {
  users: ListedUser[];
  sort: { readonly by: string; readonly descending: boolean };
  onSort: (by: string, descending: boolean) => void;
  onManage: (user: ListedUser) => void;
}

/**
 * Shows the users of one page. The server sorts them; the table shows the order and requests
 * another one.
 */
export function UsersTable({ users, sort, onSort, onManage }: UsersTableProps) {
  const sorting: SortingState = [{ id: sort.by, desc: sort.descending }];
  const table = useReactTable({
    data: users,
    columns: COLUMNS,
    state: { sorting },
    manualSorting: true,
    getRowId: ({ id }) => id,
    getCoreRowModel: getCoreRowModel(),
  });
  const labels = new Map(
    COLUMNS.map(({ accessorKey, header }) => [accessorKey as string, header as string]),
  );

  return (
    <table className="table-stacked w-full text-sm" aria-label={adminUsers.title}>
      <thead>
        {table.getHeaderGroups().map((group) => (
          <tr key={group.id}>
            {group.headers.map(({ id, column: { columnDef, getCanSort, getIsSorted } }) => {
              const sorted = getIsSorted();
              const Arrow = sorted === 'desc' ? ArrowDown : ArrowUp;
              return (
                <th
                  key={id}
                  scope="col"
                  aria-sort={sorted ? (sorted === 'desc' ? 'descending' : 'ascending') : undefined}
                >
                  {getCanSort() ? (
                    <button
                      type="button"
                      onClick={() => onSort(id, sorted === 'asc')}
                      className="-mx-1.5 inline-flex min-h-8 items-center gap-1 rounded-control px-1.5 hover:bg-sunken hover:text-ink"
                    >
                      {columnDef.header as string}
                      {sorted && <Arrow aria-hidden size={13} />}
                    </button>
                  ) : (
                    (columnDef.header as string)
                  )}
                </th>
              );
            })}
            <th scope="col">
              <span className="sr-only">{adminPage.actions}</span>
            </th>
          </tr>
        ))}
      </thead>
      <tbody>
        {table.getRowModel().rows.map((row) => (
          <tr key={row.id}>
            {row.getVisibleCells().map((cell) => (
              <td key={cell.id} data-label={labels.get(cell.column.id)}>
                {flexRender(cell.column.columnDef.cell, cell.getContext())}
              </td>
            ))}
            <td className="sm:text-right">
              <Button
                look="quiet"
                aria-label={adminUsers.manageLabel(row.original.username)}
                onClick={() => onManage(row.original)}
              >
                {adminUsers.manage}
              </Button>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
