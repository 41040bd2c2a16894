import { PasswordField } from './password-field.tsx';
import type { TextFieldProps } from './text-field.tsx';

/** Where a password is chosen. What it must be like is the server's to judge; the hint says it beforehand. */
export function NewPasswordField(props: Omit<TextFieldProps, 'type' | 'action' | 'hint' | 'autoComplete' | 'maxLength'>) {
  return (
    <PasswordField
      {...props}
      autoComplete="new-password"
      maxLength={1024}
      hint="15 characters or more. Anything goes: spaces, any script, a whole sentence. Pasting is fine."
    />
  );
}
