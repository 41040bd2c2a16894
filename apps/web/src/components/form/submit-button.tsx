import * as controls from '#messages/controls.ts';
import * as waiting from '#messages/waiting.ts';
import { formatCountdown, spokenWait } from '../../lib/form/use-retry-wait.ts';
import { Button, type ButtonProps } from './button.tsx';

interface SubmitButtonProps extends Omit<ButtonProps, 'type'> {
  /**
   * Seconds until the server accepts another attempt, counted down on the button; 0 for no wait.
   */
  wait: number;
}

/** Submits a form, or shows when the next attempt is possible. */
export function SubmitButton({ wait, pending = false, children, ...rest }: SubmitButtonProps) {
  const spoken = spokenWait(wait);
  return (
    <>
      <Button {...rest} type="submit" look={rest.look ?? 'primary'} pending={pending || wait > 0}>
        {children}
        {wait > 0 && (
          <span className="font-normal tabular-nums opacity-80">
            {controls.countdown(formatCountdown(wait))}
          </span>
        )}
      </Button>
      {/* The button shows each second; a screen reader announces only a few of them. */}
      <span role="status" className="sr-only">
        {spoken && waiting.left(spoken)}
      </span>
    </>
  );
}
