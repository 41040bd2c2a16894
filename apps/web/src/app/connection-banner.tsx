import { isUnreachable, useLatchkey, useSession, useStore } from '@latchkey/react';
import { useQueryClient } from '@tanstack/react-query';
import { CloudOff } from 'lucide-react';
import { useEffect } from 'react';
import * as shell from '#messages/shell.ts';

const RETRY_INTERVAL_MS = 4_000;

/**
 * Reports that the server is unreachable, and queries it until it responds. The page below stays
 * visible.
 */
export function ConnectionBanner() {
  const queryClient = useQueryClient();
  const session = useSession();
  const { connection, isSessionQuery } = useLatchkey();
  const failing = useStore(connection) === 'failing';

  useEffect(() => {
    if (!failing) return;
    const ask = () =>
      void queryClient.refetchQueries(
        {
          type: 'active',
          predicate: (query) => isSessionQuery(query) || isUnreachable(query.state.error),
        },
        { cancelRefetch: false },
      );
    const timer = setInterval(ask, RETRY_INTERVAL_MS);
    window.addEventListener('online', ask);
    return () => {
      clearInterval(timer);
      window.removeEventListener('online', ask);
    };
  }, [failing, isSessionQuery, queryClient]);

  return (
    <div
      role="status"
      className="pointer-events-none fixed inset-x-0 bottom-6 z-30 flex justify-center px-4"
    >
      {failing && (
        <p className="pointer-events-auto flex animate-[appear_160ms_600ms_both] items-center gap-2.5 rounded-full border border-line bg-surface px-5 py-2.5 text-sm shadow-float">
          <CloudOff aria-hidden size={16} className="shrink-0 text-brass-ink" />
          {shell.connectionLost}{' '}
          {session.status === 'signed-in' ? shell.retryingSignedIn : shell.retrying}
        </p>
      )}
    </div>
  );
}
