import { keepPreviousData } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { Download, Printer } from 'lucide-react';
import { useId } from 'react';
import * as adminAudit from '#messages/admin/audit.ts';
import * as adminPage from '#messages/admin/page.tsx';
import { EmptyState } from '../../../components/feedback/empty-state.tsx';
import { SectionState } from '../../../components/feedback/section-state.tsx';
import { Button, buttonClass } from '../../../components/form/button.tsx';
import { SearchField } from '../../../components/form/search-field.tsx';
import { SelectField } from '../../../components/form/select-field.tsx';
import { Page } from '../../../components/page/page.tsx';
import { trpc } from '../../../lib/trpc.ts';
import { Pager } from '../pager.tsx';
import { SearchHint } from '../search-hint.tsx';
import { auditFilterOf, csvUrlOf, TOPICS } from './audit-filter.ts';
import { AuditRow } from './audit-row.tsx';
import { type AuditSearch, auditSearchOf } from './audit-search.ts';
import { DayField } from './day-field.tsx';

const route = getRouteApi('/behind-sign-in/admin/audit');
const PAGE_SIZE = 50;
const TOPIC_OPTIONS = [
  ['', adminAudit.anyTopic] as const,
  ...Object.entries(TOPICS).map(([topic, [name]]) => [topic, name] as const),
];

/**
 * Shows the audit log, newest first. The filter is in the URL, and the CSV file contains the
 * selected entries.
 */
export function AuditPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const query = trpc.admin.audit.useQuery(
    { ...auditFilterOf(search), before: search.before, limit: PAGE_SIZE },
    { placeholderData: keepPreviousData },
  );
  const filter = (change: AuditSearch, replace = false) =>
    void navigate({ search: (before) => ({ ...before, before: undefined, ...change }), replace });
  const hint = useId();
  const isFiltered = Object.entries(search).some(
    ([name, value]) => name !== 'before' && value !== undefined,
  );

  return (
    <Page title={adminAudit.title} lead={adminAudit.lead}>
      <div className="mt-6 flex flex-wrap items-end gap-3 print:hidden">
        <SelectField
          label={adminAudit.topic}
          options={TOPIC_OPTIONS}
          value={search.about ?? ''}
          onChange={(event) =>
            filter({ about: auditSearchOf({ about: event.target.value }).about })
          }
        />
        <SearchField
          label={adminAudit.actor}
          value={search.actor ?? ''}
          maxLength={256}
          onSearch={(text) => filter({ actor: text || undefined }, true)}
          className="w-40"
        />
        <SearchField
          label={adminAudit.text}
          value={search.text ?? ''}
          maxLength={128}
          describedBy={hint}
          onSearch={(text) => filter({ text: text || undefined }, true)}
          className="min-w-56 flex-1"
        />
        <DayField label={adminAudit.from} value={search.from} onDay={(from) => filter({ from })} />
        <DayField label={adminAudit.to} value={search.to} onDay={(to) => filter({ to })} />
      </div>
      <SearchHint
        id={hint}
        match={query.data?.match}
        anywhere={adminAudit.matchesAnywhere}
        beginning={adminAudit.matchesBeginning}
      />
      <div className="mt-2 flex flex-wrap items-center gap-2.5 print:hidden">
        <a href={csvUrlOf(search)} download className={buttonClass('secondary')}>
          <Download aria-hidden size={15} />
          {adminAudit.exportCsv}
        </a>
        <Button onClick={() => window.print()}>
          <Printer aria-hidden size={15} />
          {adminAudit.print}
        </Button>
        {isFiltered && (
          <Button look="quiet" onClick={() => void navigate({ search: {} })}>
            {adminAudit.clearFilters}
          </Button>
        )}
        {search.sessionId !== undefined && (
          <span className="text-sm text-ink-soft">{adminAudit.oneSession}</span>
        )}
      </div>

      <div className="mt-6" aria-busy={query.isPlaceholderData}>
        {!query.data && <SectionState subject={adminAudit.subject} query={query} />}
        {query.data?.events.length === 0 && (
          <EmptyState>
            {query.data.partial
              ? adminPage.partial
              : isFiltered
                ? adminAudit.noMatch
                : adminAudit.empty}
          </EmptyState>
        )}
        {query.data && query.data.events.length > 0 && (
          <ol
            aria-label={adminAudit.listLabel}
            className="divide-y divide-line rounded-card border border-line bg-surface shadow-card"
          >
            {query.data.events.map((event) => (
              <AuditRow key={event.id} event={event} />
            ))}
          </ol>
        )}
      </div>
      <div className="mt-5">
        <Pager
          isPartial={query.data?.partial === true && query.data.events.length > 0}
          first={adminAudit.newest}
          next={adminAudit.older}
          onFirst={search.before === undefined ? undefined : () => filter({})}
          onNext={
            query.data?.next ? () => filter({ before: query.data.next ?? undefined }) : undefined
          }
        />
      </div>
    </Page>
  );
}
