import * as controls from '#messages/controls.ts';
import * as waiting from '#messages/waiting.ts';
import { formatCountdown, spokenWait } from '../../lib/use-retry-wait.ts';
import { Button, type ButtonProps } from './button.tsx';

interface SubmitButtonProps extends Omit<ButtonProps, 'type'> {
  /** Seconds for which the server would refuse another attempt: counted down on the button. */
  wait: number;
}

/** Sends a form, or says when that makes sense again. */
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
      {/* The button tells each second to the eye, and this now and then to the ear. */}
      <span role="status" className="sr-only">
        {spoken && waiting.left(spoken)}
      </span>
    </>
  );
}
