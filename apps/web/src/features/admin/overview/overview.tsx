import { keepPreviousData } from '@tanstack/react-query';
import { useState } from 'react';
import * as adminOverview from '#messages/admin/overview.ts';
import { SectionState } from '../../../components/feedback/section-state.tsx';
import { SelectField } from '../../../components/form/select-field.tsx';
import { type ApiOutputs, trpc } from '../../../lib/trpc.ts';
import { BarChart } from './bar-chart.tsx';

const RANGES = {
  day: [adminOverview.lastDay, 24, 1],
  week: [adminOverview.lastWeek, 28, 6],
  month: [adminOverview.lastMonth, 30, 24],
} as const;
type Range = keyof typeof RANGES;
type Count = Exclude<keyof ApiOutputs['admin']['overview']['buckets'][number], 'since' | 'until'>;

const CHARTS: readonly (readonly [
  count: Count,
  title: string,
  meaning: string,
  look: 'usual' | 'danger',
])[] = [
  ['signIns', adminOverview.signIns, adminOverview.signInsMeaning, 'usual'],
  ['refusedSignIns', adminOverview.refusedSignIns, adminOverview.refusedSignInsMeaning, 'danger'],
  [
    'refusedRefreshes',
    adminOverview.refusedRefreshes,
    adminOverview.refusedRefreshesMeaning,
    'danger',
  ],
  ['reuses', adminOverview.reuses, adminOverview.reusesMeaning, 'danger'],
  ['signOuts', adminOverview.signOuts, adminOverview.signOutsMeaning, 'usual'],
  ['revocations', adminOverview.revocations, adminOverview.revocationsMeaning, 'usual'],
];

/** The server counts exactly up to this number. */
const COUNTED_AT_MOST = 10_000;

/** Shows the numbers of audit events over time. */
export function Overview() {
  const [range, setRange] = useState<Range>('day');
  const [, buckets, bucketHours] = RANGES[range];
  const query = trpc.admin.overview.useQuery(
    { buckets, bucketHours },
    { placeholderData: keepPreviousData },
  );
  return (
    <div className="mt-8">
      <div className="flex flex-wrap items-end justify-between gap-4">
        {query.data ? (
          <dl className="flex gap-8 text-sm">
            <Total name={adminOverview.users}>{query.data.totals.users}</Total>
            <Total name={adminOverview.disabled}>{query.data.totals.disabledUsers}</Total>
            {query.data.totals.liveSessions !== null && (
              <Total name={adminOverview.sessions}>{query.data.totals.liveSessions}</Total>
            )}
          </dl>
        ) : (
          <span />
        )}
        <SelectField
          label={adminOverview.range}
          options={Object.entries(RANGES).map(([name, [text]]) => [name, text] as const)}
          value={range}
          onChange={(event) => setRange(event.target.value as Range)}
        />
      </div>
      <div
        className="mt-6 grid items-start gap-5 md:grid-cols-2"
        aria-busy={query.isPlaceholderData}
      >
        {query.data ? (
          CHARTS.map(([count, title, meaning, look]) => (
            <BarChart
              key={count}
              title={title}
              meaning={meaning}
              look={look}
              bars={query.data.buckets.map((bucket) => ({
                since: bucket.since,
                count: bucket[count],
              }))}
            />
          ))
        ) : (
          <SectionState subject={adminOverview.subject} query={query} />
        )}
      </div>
    </div>
  );
}

const totalOf = (count: number) =>
  count > COUNTED_AT_MOST ? adminOverview.moreThan(COUNTED_AT_MOST) : count;

function Total({ name, children }: { name: string; children: number }) {
  return (
    <div>
      <dt className="text-label">{name}</dt>
      <dd className="text-xl font-semibold tracking-tight tabular-nums">{totalOf(children)}</dd>
    </div>
  );
}
