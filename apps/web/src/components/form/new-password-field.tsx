import * as controls from '#messages/controls.ts';
import { usePasswordStrength } from '../../lib/password/use-password-strength.ts';
import { PasswordField } from './password-field.tsx';
import { StrengthMeter } from './strength-meter.tsx';
import type { TextFieldProps } from './text-field.tsx';

/**
 * A field for choosing a password, with a hint and a strength meter. The server decides whether the
 * password is accepted.
 */
export function NewPasswordField(
  props: Omit<
    TextFieldProps,
    'type' | 'action' | 'hint' | 'autoComplete' | 'maxLength' | 'onInput'
  >,
) {
  const { strength, onInput } = usePasswordStrength();
  return (
    <div className="flex flex-col gap-2.5">
      <PasswordField
        {...props}
        onInput={onInput}
        autoComplete="new-password"
        maxLength={1024}
        hint={controls.passwordHint}
      />
      <StrengthMeter strength={strength} />
    </div>
  );
}
