import { Eye, EyeOff } from 'lucide-react';
import { type KeyboardEvent, useState } from 'react';
import * as controls from '#messages/controls.ts';
import { TextField, type TextFieldProps } from './text-field.tsx';

/**
 * A password line that can be shown, and that warns when Caps Lock is on. Pasting and password
 * managers work.
 */
export function PasswordField({ hint, ...props }: Omit<TextFieldProps, 'type' | 'action'>) {
  const [shown, setShown] = useState(false);
  const [capsLock, setCapsLock] = useState(false);
  const noteCapsLock = (event: KeyboardEvent) => setCapsLock(event.getModifierState('CapsLock'));
  const Icon = shown ? EyeOff : Eye;

  return (
    <TextField
      {...props}
      type={shown ? 'text' : 'password'}
      autoCapitalize="none"
      autoCorrect="off"
      spellCheck={false}
      onKeyDown={noteCapsLock}
      onKeyUp={noteCapsLock}
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
          aria-pressed={shown}
          onClick={() => setShown(!shown)}
          className="flex size-9 items-center justify-center rounded-control text-ink-faint hover:bg-sunken hover:text-ink"
        >
          <Icon aria-hidden size={18} strokeWidth={1.75} />
        </button>
      }
    />
  );
}
