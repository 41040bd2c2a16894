import { Eye, EyeOff } from 'lucide-react';
import { type KeyboardEvent, useState } from 'react';
import * as controls from '#messages/controls.ts';
import { TextField, type TextFieldProps } from './text-field.tsx';

/**
 * A password field that can show its value and warns when Caps Lock is on. Pasting and password
 * managers work.
 */
export function PasswordField({ hint, ...props }: Omit<TextFieldProps, 'type' | 'action'>) {
  const [isShown, setShown] = useState(false);
  const [capsLock, setCapsLock] = useState(false);
  const readCapsLock = (event: KeyboardEvent) => setCapsLock(event.getModifierState('CapsLock'));
  const Icon = isShown ? EyeOff : Eye;

  return (
    <TextField
      {...props}
      type={isShown ? 'text' : 'password'}
      autoCapitalize="none"
      autoCorrect="off"
      spellCheck={false}
      onKeyDown={readCapsLock}
      onKeyUp={readCapsLock}
      onBlur={() => setCapsLock(false)}
      hint={
        <>
          {hint}
          <span role="status" className="block font-medium text-ink">
            {capsLock && controls.capsLock}
          </span>
        </>
      }
      action={
        <button
          type="button"
          aria-label={controls.showLabel(props.label)}
          aria-pressed={isShown}
          onClick={() => setShown(!isShown)}
          className="flex size-9 items-center justify-center rounded-control text-ink-faint hover:bg-sunken hover:text-ink"
        >
          <Icon aria-hidden size={18} strokeWidth={1.75} />
        </button>
      }
    />
  );
}
