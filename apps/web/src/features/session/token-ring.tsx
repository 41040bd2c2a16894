import type { ReactNode } from 'react';
import * as sessionCard from '#messages/session/card.ts';
import { formatDuration } from '../../lib/format.ts';
import type { TokenLife } from './countdown.ts';
import { useSecondsLeft } from './use-token-life.ts';

/** Age in milliseconds below which a response is new: the ring then fills with an animation. */
const JUST_NOW_MS = 250;

/**
 * Shows the remaining lifetime of the access token as a ring, in steps of one second, and fills it
 * when the token is renewed. The ring does not animate between the steps, which would keep the
 * processor busy.
 */
export function TokenRing({ life }: { life: TokenLife }) {
  const seconds = useSecondsLeft(life);
  const snaps = performance.now() - life.receivedAt < JUST_NOW_MS;
  return (
    <Ring emptyShare={Math.max(0, 1 - seconds / life.lifetimeSeconds)} snaps={snaps}>
      <div className="text-[3.25rem] leading-none font-medium tracking-[-0.04em] tabular-nums">
        {seconds}
      </div>
      <div className="mt-2 text-label">
        {seconds === 1 ? sessionCard.secondLeft : sessionCard.secondsLeft}
      </div>
      <span className="sr-only">
        {' '}
        {sessionCard.ofLifetime(formatDuration(life.lifetimeSeconds))}
      </span>
    </Ring>
  );
}

/** Shows that the browser holds no access token. */
export function EmptyRing() {
  return (
    <Ring emptyShare={1} snaps={false}>
      <p className="max-w-32 text-label">{sessionCard.noAccessToken}</p>
    </Ring>
  );
}

interface RingProps {
  readonly emptyShare: number;
  readonly snaps: boolean;
  readonly children: ReactNode;
}

function Ring({ emptyShare, snaps, children }: RingProps) {
  return (
    <div
      role="timer"
      aria-label={sessionCard.accessToken}
      className="relative grid size-48 shrink-0 place-items-center"
    >
      <svg viewBox="0 0 192 192" aria-hidden="true" className="absolute inset-0 -rotate-90">
        <circle cx="96" cy="96" r="88" fill="none" strokeWidth="5" className="stroke-line" />
        <circle
          cx="96"
          cy="96"
          r="88"
          fill="none"
          strokeWidth="5"
          pathLength={1}
          strokeDasharray={1}
          style={{ strokeDashoffset: emptyShare }}
          className={`token-ring stroke-brass ${snaps ? 'transition-[stroke-dashoffset] duration-180 ease-exact motion-reduce:transition-none' : ''}`}
        />
        <circle
          cx="96"
          cy="96"
          r="76"
          fill="none"
          strokeWidth="4"
          pathLength={60}
          strokeDasharray="0.16 0.84"
          strokeDashoffset={0.08}
          className="stroke-line-strong opacity-60"
        />
      </svg>
      <div className="text-center">{children}</div>
    </div>
  );
}
