import { useInfiniteQuery } from '@tanstack/react-query';
import { getQueryKey } from '@trpc/react-query';
import { useRef } from 'react';
import * as accountEvents from '#messages/account/events.ts';
import * as accountPage from '#messages/account/page.tsx';
import { SectionState } from '../../../components/feedback/section-state.tsx';
import { Button } from '../../../components/form/button.tsx';
import { trpc } from '../../../lib/trpc.ts';
import { AccountSection } from '../account-section.tsx';
import type { Session } from '../sessions/use-end-sessions.ts';
import { useSessions } from '../sessions/use-sessions.ts';
import { useShowMore } from '../use-show-more.ts';
import { EventRow } from './event-row.tsx';

const PAGE_SIZE = 20;

/** Lists the security events of the account, newest first. */
export function EventList({ onNotMe }: { onNotMe: (session: Session) => void }) {
  const { client } = trpc.useUtils();
  const { sessions } = useSessions();
  const query = useInfiniteQuery({
    queryKey: [...getQueryKey(trpc.account.securityEvents), 'pages'],
    queryFn: ({ pageParam, signal }) =>
      client.account.securityEvents.query({ limit: PAGE_SIZE, before: pageParam }, { signal }),
    initialPageParam: undefined as number | undefined,
    getNextPageParam: ({ next }) => next,
  });
  const events = query.data?.pages.flatMap((page) => page.events) ?? [];
  const list = useRef<HTMLOListElement>(null);
  const showMore = useShowMore(list, events.length, query.fetchNextPage);

  return (
    <AccountSection fragment="events" title={accountEvents.title} lead={accountEvents.lead}>
      {query.data ? (
        <ol
          ref={list}
          aria-label={accountEvents.title}
          className="divide-y divide-line rounded-card border border-line bg-surface shadow-card"
        >
          {events.map((event) => (
            <EventRow
              key={event.id}
              event={event}
              session={sessions?.find(({ id, current }) => id === event.sessionId && !current)}
              onNotMe={onNotMe}
            />
          ))}
        </ol>
      ) : (
        <SectionState subject={accountEvents.subject} query={query} />
      )}
      {query.data && events.length === 0 && (
        <p className="text-sm text-ink-soft">{accountEvents.empty}</p>
      )}
      {query.hasNextPage && (
        <Button className="mt-4" pending={query.isFetchingNextPage} onClick={showMore}>
          {query.isFetchingNextPage ? accountPage.loading : accountEvents.showMore}
        </Button>
      )}
    </AccountSection>
  );
}
