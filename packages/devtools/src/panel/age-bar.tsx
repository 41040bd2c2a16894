import { useEffect, useState } from 'react';
import { secondsLeft, type TokenLife } from '../log/token-life.ts';

interface AgeBarProps {
  /** The life of the access token; null if the browser has none. */
  life: TokenLife | null;
}

/** Shows the remaining lifetime of the access token, as a bar that is empty at its expiry. */
export function AgeBar({ life }: AgeBarProps) {
  if (life) return <Age key={life.receivedAt} life={life} />;
  return <Bar words="none: the next request brings one" share={0} seconds={0} />;
}

function Age({ life }: { life: TokenLife }) {
  const left = useSecondsLeft(life);
  const words =
    left > 0
      ? `${left} of ${life.lifetimeSeconds} s left`
      : 'expired: the next request brings another';
  const exact = secondsLeft(life, performance.now());
  return <Bar words={words} share={exact / life.lifetimeSeconds} seconds={left} />;
}

function Bar({ words, share, seconds }: { words: string; share: number; seconds: number }) {
  return (
    <div
      className="age"
      role="timer"
      aria-label="Lifetime of the access token"
      data-seconds-left={seconds}
    >
      <p>
        Access token <span>{words}</span>
      </p>
      <div aria-hidden className="bar">
        <div className="left" style={{ inlineSize: `${Math.min(1, Math.max(0, share)) * 100}%` }} />
      </div>
    </div>
  );
}

/** Returns the whole seconds that a token has left. Renders again only when the number changes. */
function useSecondsLeft(life: TokenLife): number {
  const [seconds, setSeconds] = useState(() => Math.ceil(secondsLeft(life, performance.now())));
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout>;
    const tick = () => {
      const left = secondsLeft(life, performance.now());
      setSeconds(Math.ceil(left));
      const untilNext = (left - Math.ceil(left) + 1) * 1000;
      if (left > 0) timer = setTimeout(tick, untilNext + 5);
    };
    tick();
    return () => clearTimeout(timer);
  }, [life]);
  return seconds;
}
