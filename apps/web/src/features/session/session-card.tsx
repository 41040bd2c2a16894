import { type SessionAnswer, useStore, useUser } from '@latchkey/react';
import * as sessionCard from '#messages/session/card.ts';
import { formatDuration } from '../../lib/format.ts';
import './session.css';
import { CookieTable } from './cookie-table.tsx';
import { RotationLog } from './rotation-log.tsx';
import { RotationTicks } from './rotation-ticks.tsx';
import { SessionControls } from './session-controls.tsx';
import { sessionHistory } from './session-monitor.ts';
import { EmptyRing, TokenRing } from './token-ring.tsx';
import { useRefetchAtExpiry } from './use-token-life.ts';

/**
 * Shows the current session: the remaining lifetime of the access token, its rotations, and the
 * cookies.
 */
export function SessionCard({ answer }: { answer: SessionAnswer }) {
  const { sessionId } = useUser();
  const { generation, life, rotations } = useStore(sessionHistory);
  const lifetime = formatDuration(answer.accessTokenSeconds);
  useRefetchAtExpiry(life);

  return (
    <section
      aria-labelledby="session-heading"
      className="rounded-card border border-line bg-surface shadow-card"
    >
      <div className="flex flex-col items-center gap-8 p-5 sm:flex-row sm:gap-12 sm:p-8">
        {life ? <TokenRing life={life} /> : <EmptyRing />}
        <div className="w-full min-w-0 flex-1">
          <div className="flex items-start justify-between gap-6">
            <div className="min-w-0">
              <h2 id="session-heading" className="font-semibold tracking-tight">
                {sessionCard.title}
              </h2>
              <p translate="no" className="truncate font-mono text-[0.8125rem] text-ink-faint">
                {sessionId}
              </p>
            </div>
            <p className="flex flex-row-reverse items-baseline gap-2.5">
              <span
                data-testid="generation"
                className="text-4xl leading-none font-medium tracking-[-0.03em] tabular-nums"
              >
                {generation}
              </span>
              <span className="text-label">{sessionCard.generation}</span>
            </p>
          </div>
          <div className="mt-6">
            <RotationTicks generation={generation} rotations={rotations} />
          </div>
          <SessionControls />
        </div>
      </div>
      <div className="grid border-t border-line lg:grid-cols-12">
        <div className="p-5 sm:px-8 sm:py-6 lg:col-span-5">
          <h3 className="mb-3 text-sm font-semibold">{sessionCard.logTitle}</h3>
          <RotationLog rotations={rotations} lifetime={lifetime} />
        </div>
        <div className="border-t border-line p-5 sm:px-8 sm:py-6 lg:col-span-7 lg:border-t-0 lg:border-l">
          <h3 className="mb-3 text-sm font-semibold">{sessionCard.cookiesTitle}</h3>
          <CookieTable cookies={answer.cookies} />
          <p className="mt-4 text-sm text-ink-soft">{sessionCard.cookiesNote}</p>
        </div>
      </div>
    </section>
  );
}
