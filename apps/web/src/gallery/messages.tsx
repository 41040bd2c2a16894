import { TRPCClientError } from '@trpc/client';
import { Button } from '../components/ui/button.tsx';
import { EmptyState } from '../components/ui/empty-state.tsx';
import { Instant } from '../components/ui/instant.tsx';
import { Notice } from '../components/ui/notice.tsx';
import { SectionState } from '../components/ui/section-state.tsx';
import { PageSkeleton, Skeleton } from '../components/ui/skeleton.tsx';
import { formatAgo } from '../lib/format.ts';
import { toast } from '../lib/toasts.ts';
import { Kind, Specimen } from './specimen.tsx';

const refetch = () => toast('Asked again.');

/** As tRPC hands over a lost network, and a fault of the server. */
export const UNREACHABLE = TRPCClientError.from(new TypeError('Failed to fetch'));
export const FAULT = TRPCClientError.from({
  error: { message: 'internal', code: -32603, data: { httpStatus: 500, reason: 'internal' } },
} as never);

const HOUR = 3_600_000;
const AN_HOUR_AGO = Date.now() - HOUR;

/** What the app says, and what stands where something is to come. */
export function Messages() {
  return (
    <>
      <Kind
        title="Notices and toasts"
        lead="A notice stays where it is about something; a toast says what came of an act, and goes."
      >
        <Specimen name="notice: info">
          <Notice>Your last session has expired. Sign in to go on.</Notice>
        </Specimen>
        <Specimen name="notice: danger">
          <Notice look="danger">That username and password do not match.</Notice>
        </Specimen>
        <Specimen name="toasts: six seconds each">
          <div className="flex flex-wrap gap-2.5">
            <Button onClick={() => toast('bob is disabled, and 3 sessions have ended.')}>
              Say what went well
            </Button>
            <Button
              onClick={() => toast('Nothing has changed: the server is not answering.', 'danger')}
            >
              Say what did not
            </Button>
          </div>
        </Specimen>
        <Specimen name="instant: rest on it for the exact time">
          <Instant at={AN_HOUR_AGO}>{formatAgo(AN_HOUR_AGO, AN_HOUR_AGO + HOUR)}</Instant>
        </Specimen>
      </Kind>

      <Kind title="What is on its way, or not to be had">
        <Specimen name="skeleton">
          <Skeleton className="h-5 w-48" />
        </Specimen>
        <Specimen name="empty">
          <EmptyState>No sessions yet. A session appears here when a user signs in.</EmptyState>
        </Specimen>
        <Specimen name="section: loading">
          <SectionState
            what="Your sessions"
            query={{ errorUpdateCount: 0, error: null, refetch }}
          />
        </Specimen>
        <Specimen name="section: no answer, a fault">
          <div className="flex flex-col gap-2.5">
            <SectionState
              what="Your sessions"
              query={{ errorUpdateCount: 1, error: UNREACHABLE, refetch }}
            />
            <SectionState
              what="Your security events"
              query={{ errorUpdateCount: 1, error: FAULT, refetch }}
            />
          </div>
        </Specimen>
        <Specimen name="page: loading">
          <PageSkeleton />
        </Specimen>
      </Kind>
    </>
  );
}
