import { isUnreachable, type SessionAnswer } from '@latchkey/react';
import { useMutation } from '@tanstack/react-query';
import { RefreshCw, Send } from 'lucide-react';
import * as sessionCard from '#messages/session/card.ts';
import { Button } from '../../components/ui/button.tsx';
import { trpc } from '../../lib/trpc.ts';
import { noteRefresh } from './session-monitor.ts';

/** The two things to try: renew the access token by hand, or just use it. */
export function SessionControls() {
  const utils = trpc.useUtils();

  const refresh = trpc.auth.refresh.useMutation({
    onSuccess: noteRefresh,
    onSettled: () => utils.auth.session.refetch(),
  });

  const ask = useMutation({
    mutationFn: async () => {
      const start = performance.now();
      // Asked in one breath, so that both travel in one request and the second tells what became of
      // the first.
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

  function describeOutcome(): string {
    const error = refresh.error ?? ask.error;
    if (error) return describeFailure(error);
    if (refresh.data) return sessionCard.refreshed;
    if (ask.data)
      return `${sessionCard.answered(ask.data.answer, ask.data.milliseconds)} ${describeAsking(ask.data.session)}`;
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
        {describeOutcome()}
      </p>
    </div>
  );
}

function describeAsking({ refreshed }: Pick<SessionAnswer, 'refreshed'>): string {
  return refreshed ? sessionCard.tokenExpired : sessionCard.tokenValid;
}

function describeFailure(error: unknown): string {
  return isUnreachable(error) ? sessionCard.unreachable : sessionCard.refused;
}
