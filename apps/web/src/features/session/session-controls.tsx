import { isUnreachable, type SessionAnswer } from '@latchkey/react';
import { useMutation } from '@tanstack/react-query';
import { RefreshCw, Send } from 'lucide-react';
import * as sessionCard from '#messages/session/card.ts';
import { Button } from '../../components/form/button.tsx';
import { trpc } from '../../lib/trpc.ts';
import { recordManualRefresh } from './session-monitor.ts';

/** Shows buttons that refresh the access token, or use it. */
export function SessionControls() {
  const utils = trpc.useUtils();

  const refresh = trpc.auth.refresh.useMutation({
    onSuccess: recordManualRefresh,
    onSettled: () => utils.auth.session.refetch(),
  });

  const ask = useMutation({
    mutationFn: async () => {
      const start = performance.now();
      // Sends both calls in one batch, so that the session shows the effect of the first call.
      const [answer, session] = await Promise.all([
        utils.dashboard.fetch(undefined, { staleTime: 0 }),
        utils.auth.session.fetch(undefined, { staleTime: 0 }),
      ]);
      return { answer, session, milliseconds: Math.round(performance.now() - start) };
    },
  });

  function run(chosen: typeof refresh | typeof ask, other: typeof refresh | typeof ask) {
    other.reset();
    chosen.mutate();
  }

  function describeResult(): string {
    const error = refresh.error ?? ask.error;
    if (error) return describeFailure(error);
    if (refresh.data) return sessionCard.refreshed;
    if (ask.data)
      return (
        `${sessionCard.answered(ask.data.answer, ask.data.milliseconds)} ` +
        `${describeTokenUse(ask.data.session)}`
      );
    return sessionCard.controlsHint;
  }

  return (
    <div className="mt-6">
      <div className="flex flex-wrap gap-2.5">
        <Button
          look="primary"
          className="flex-1 sm:flex-none"
          pending={refresh.isPending}
          onClick={() => run(refresh, ask)}
        >
          <RefreshCw aria-hidden size={15} strokeWidth={2} />
          {sessionCard.refresh}
        </Button>
        <Button
          className="flex-1 sm:flex-none"
          pending={ask.isPending}
          onClick={() => run(ask, refresh)}
        >
          <Send aria-hidden size={15} strokeWidth={2} />
          {sessionCard.ask}
        </Button>
      </div>
      <p role="status" className="mt-3 min-h-12 text-sm text-ink-soft sm:min-h-6">
        {describeResult()}
      </p>
    </div>
  );
}

function describeTokenUse({ refreshed }: Pick<SessionAnswer, 'refreshed'>): string {
  return refreshed ? sessionCard.tokenExpired : sessionCard.tokenValid;
}

function describeFailure(error: unknown): string {
  return isUnreachable(error) ? sessionCard.unreachable : sessionCard.refused;
}
