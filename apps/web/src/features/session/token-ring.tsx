import { type CSSProperties, useState } from 'react';
import * as messages from '#messages/session.tsx';
import { formatDuration } from '../../lib/format.ts';
import { spentFraction, type TokenLife } from './countdown.ts';
import { useSecondsLeft } from './use-token-life.ts';

/** An answer no older than this has just come in: the ring may be seen to snap full. */
const JUST_NOW = 250;

interface TokenRingProps {
  life: TokenLife;
  /** Where the ring stood just before, from 0 (full) to 1 (empty). */
  spentBefore: number;
}

/** Empties with the access token and snaps full when it is renewed. */
export function TokenRing({ life, spentBefore }: TokenRingProps) {
  const seconds = useSecondsLeft(life);
  return (
    <div role="timer" aria-label={messages.accessToken} className="relative grid size-48 shrink-0 place-items-center">
      <svg viewBox="0 0 192 192" aria-hidden="true" className="absolute inset-0 -rotate-90">
        <circle cx="96" cy="96" r="88" fill="none" strokeWidth="5" className="stroke-line" />
        <Arc key={life.receivedAt} life={life} spentBefore={spentBefore} />
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
      <div className="text-center">
        <div className="text-[3.25rem] leading-none font-medium tracking-[-0.04em] tabular-nums">{seconds}</div>
        <div className="mt-2 text-label">{seconds === 1 ? messages.secondLeft : messages.secondsLeft}</div>
        <span className="sr-only"> {messages.ofLifetime(formatDuration(life.lifetimeSeconds))}</span>
      </div>
    </div>
  );
}

/** CSS does the moving; where motion is unwelcome the plain offset steps once a second. One per answer, mounted anew. */
function Arc({ life, spentBefore }: TokenRingProps) {
  // Fixed at mounting: a delay that changed under a running animation would push it on.
  const [motion] = useState(() => motionOf(life, spentBefore, performance.now()));
  const style = { ...motion, strokeDashoffset: spentFraction(life, performance.now()) };
  return <circle cx="96" cy="96" r="88" fill="none" strokeWidth="5" pathLength={1} className="token-ring stroke-brass" style={style} />;
}

function motionOf(life: TokenLife, spentBefore: number, now: number): CSSProperties {
  const fresh = now - life.receivedAt < JUST_NOW;
  return {
    '--ring-from': fresh ? spentBefore : spentFraction(life, now),
    '--ring-at': spentFraction(life, life.receivedAt),
    '--ring-life': `${Math.max(life.secondsLeft, 0.001)}s`,
    '--ring-age': `${(life.receivedAt - now) / 1000}s`,
  } as CSSProperties;
}
