import { secondsLeft, type TokenLife } from '../features/session/countdown.ts';
import { useSecondsLeft } from '../features/session/use-token-life.ts';

interface AgeBarProps {
  /** Null where the browser holds none. */
  life: TokenLife | null;
  /** Whether the session stands, so that a next request would bring another. */
  alive: boolean;
}

/** How old the access token is, as a bar that fills until it has run out. */
export function AgeBar({ life, alive }: AgeBarProps) {
  if (alive && life) return <Age key={life.receivedAt} life={life} />;
  return (
    <Bar
      words={alive ? 'none: the next request brings one' : 'no longer of use'}
      spent={1}
      seconds={0}
    />
  );
}

function Age({ life }: { life: TokenLife }) {
  const left = useSecondsLeft(life);
  const words =
    left > 0
      ? `${left} of ${life.lifetimeSeconds} s left`
      : 'expired: the next request brings another';
  const exact = secondsLeft(life, performance.now());
  return <Bar words={words} spent={1 - exact / life.lifetimeSeconds} seconds={left} />;
}

function Bar({ words, spent, seconds }: { words: string; spent: number; seconds: number }) {
  return (
    <div
      className="inspector-age"
      role="timer"
      aria-label="Age of the access token"
      data-seconds-left={seconds}
    >
      <p>
        Access token <span>{words}</span>
      </p>
      <div aria-hidden className="inspector-bar" data-expired={seconds === 0 || undefined}>
        <div
          className="inspector-spent"
          style={{ inlineSize: `${Math.min(1, Math.max(0, spent)) * 100}%` }}
        />
      </div>
    </div>
  );
}
