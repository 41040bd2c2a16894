import { TRPCClientError } from '@trpc/client';
import { EmptyState } from '../components/feedback/empty-state.tsx';
import { Notice } from '../components/feedback/notice.tsx';
import { SectionState } from '../components/feedback/section-state.tsx';
import { PageSkeleton, Skeleton } from '../components/feedback/skeleton.tsx';
import { Button } from '../components/form/button.tsx';
import { Instant } from '../components/text/instant.tsx';
import { formatAgo } from '../lib/format.ts';
import { toast } from '../lib/toasts.ts';
import { Kind, Specimen } from './specimen.tsx';

const refetch = () => toast('Asked again.');

/** Sample errors as tRPC produces them: a network failure, and a server error. */
export const UNREACHABLE = TRPCClientError.from(new TypeError('Failed to fetch'));
export const SERVER_ERROR = TRPCClientError.from({
  error: { message: 'internal', code: -32603, data: { httpStatus: 500, reason: 'internal' } },
} as never);

const HOUR = 3_600_000;
const AN_HOUR_AGO = Date.now() - HOUR;

/** Shows notices, toasts and placeholders in the gallery. */
export function Messages() {
  return (
    <>
      <Kind
        title="Notices and toasts"
        lead="A notice stays; a toast reports the result of an action and disappears."
      >
        <Specimen name="notice: info">
          <Notice>Your last session has expired. Sign in to continue.</Notice>
        </Specimen>
        <Specimen name="notice: danger">
          <Notice look="danger">That username and password do not match.</Notice>
        </Specimen>
        <Specimen name="toasts: six seconds each">
          <div className="flex flex-wrap gap-2.5">
            <Button onClick={() => toast('bob is disabled, and 3 sessions have ended.')}>
              Report a success
            </Button>
            <Button
              onClick={() => toast('Nothing has changed: the server is not answering.', 'danger')}
            >
              Report a failure
            </Button>
          </div>
        </Specimen>
        <Specimen name="instant: hover for the exact time">
          <Instant at={AN_HOUR_AGO}>{formatAgo(AN_HOUR_AGO, AN_HOUR_AGO + HOUR)}</Instant>
        </Specimen>
      </Kind>

      <Kind title="Loading, empty and failed">
        <Specimen name="skeleton">
          <Skeleton className="h-5 w-48" />
        </Specimen>
        <Specimen name="empty">
          <EmptyState>No sessions yet. A session appears here when a user signs in.</EmptyState>
        </Specimen>
        <Specimen name="section: loading">
          <SectionState
            subject="Your sessions"
            query={{ errorUpdateCount: 0, error: null, refetch }}
          />
        </Specimen>
        <Specimen name="section: no answer, server error">
          <div className="flex flex-col gap-2.5">
            <SectionState
              subject="Your sessions"
              query={{ errorUpdateCount: 1, error: UNREACHABLE, refetch }}
            />
            <SectionState
              subject="Your security events"
              query={{ errorUpdateCount: 1, error: SERVER_ERROR, refetch }}
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
