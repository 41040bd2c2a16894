import { keepPreviousData } from '@tanstack/react-query';
import { useState } from 'react';
import * as messages from '#messages/admin-overview.ts';
import { SectionState } from '../../../components/ui/section-state.tsx';
import { SelectField } from '../../../components/ui/select-field.tsx';
import { type ApiOutputs, trpc } from '../../../lib/trpc.ts';
import { BarChart } from './bar-chart.tsx';

const RANGES = {
  day: [messages.theLast24Hours, 24, 1],
  week: [messages.theLast7Days, 28, 6],
  month: [messages.theLast30Days, 30, 24],
} as const;
type Range = keyof typeof RANGES;
type Count = Exclude<keyof ApiOutputs['admin']['overview']['buckets'][number], 'since' | 'until'>;

const CHARTS: readonly (readonly [
  count: Count,
  title: string,
  meaning: string,
  look: 'usual' | 'danger',
])[] = [
  ['signIns', messages.signIns, messages.sessionsThatBegan, 'usual'],
  ['refusedSignIns', messages.refusedSignIns, messages.wrongPairsDisabledAccountsToo, 'danger'],
  ['refusedRefreshes', messages.refusedRefreshes, messages.browsersThatWereTurnedAway, 'danger'],
  ['reuses', messages.reuseOfRefreshTokens, messages.aUsedUpTokenCame, 'danger'],
  ['signOuts', messages.signOuts, messages.sessionsTheirOwnersEnded, 'usual'],
  ['revocations', messages.revocations, messages.sessionsEndedBySomebodyElse, 'usual'],
];

/** What happened over time, from the audit log. */
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
            <Total name={messages.users}>{query.data.totals.users}</Total>
            <Total name={messages.disabled}>{query.data.totals.disabledUsers}</Total>
            {query.data.totals.liveSessions !== null && (
              <Total name={messages.sessions}>{query.data.totals.liveSessions}</Total>
            )}
          </dl>
        ) : (
          <span />
        )}
        <SelectField
          label={messages.time}
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
          <SectionState what={messages.theOverview} query={query} />
        )}
      </div>
    </div>
  );
}

function Total({ name, children }: { name: string; children: number }) {
  return (
    <div>
      <dt className="text-label">{name}</dt>
      <dd className="text-xl font-semibold tracking-tight tabular-nums">{children}</dd>
    </div>
  );
}
