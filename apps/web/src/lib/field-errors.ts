import { reasonOf } from '@latchkey/react';
import * as fields from '#messages/fields.ts';
import type { FieldErrors } from './use-form.ts';

/**
 * Reads a refusal that names its fields, `newPassword: must be at least 15 characters; username:
 * …`, as a sentence for each. Empty when it names none.
 *
 * @param names the form's name for each of the server's
 */
export function fieldErrors<Name extends string>(
  error: unknown,
  names: Readonly<Record<string, Name>>,
): FieldErrors<Name> {
  if (!(error instanceof Error) || reasonOf(error) === null) return {};
  const told: FieldErrors<Name> = {};
  for (const part of error.message.split(/; (?=\w+: )/)) {
    const [, name = '', text = ''] = /^(\w+): (.+)$/s.exec(part) ?? [];
    const field = Object.hasOwn(names, name) ? names[name] : undefined;
    if (field) told[field] ??= sentenceOf(text);
  }
  return told;
}

/** The server leaves out the subject where it is the field itself. */
function sentenceOf(text: string): string {
  const whole = /^(is|must|holds) /.test(text) ? fields.fault(text) : text;
  return /[.!?]$/.test(whole) ? whole : `${whole}.`;
}
