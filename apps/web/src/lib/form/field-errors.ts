import { reasonOf } from '@latchkey/react';
import * as fields from '#messages/fields.ts';
import type { FieldErrors } from './use-form.ts';

/**
 * Reads an error that names its fields, `newPassword: must be at least 15 characters; username: …`.
 *
 * @param names the form's name of each of the server's fields
 * @returns a sentence for each field; empty if the error names none
 */
export function fieldErrors<Name extends string>(
  error: unknown,
  names: Readonly<Record<string, Name>>,
): FieldErrors<Name> {
  if (!(error instanceof Error) || reasonOf(error) === null) return {};
  const found: FieldErrors<Name> = {};
  for (const part of error.message.split(/; (?=\w+: )/)) {
    const [, name = '', text = ''] = /^(\w+): (.+)$/s.exec(part) ?? [];
    const field = Object.hasOwn(names, name) ? names[name] : undefined;
    if (field) found[field] ??= sentenceOf(text);
  }
  return found;
}

/** Makes a sentence of a fault. The server omits the subject if it is the field itself. */
function sentenceOf(text: string): string {
  const whole = /^(is|must|holds) /.test(text) ? fields.fault(text) : text;
  return /[.!?]$/.test(whole) ? whole : `${whole}.`;
}
