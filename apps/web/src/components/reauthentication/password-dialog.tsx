import { isUnreachable, useUser } from '@latchkey/react';
import type { ReactNode, RefObject } from 'react';
import * as controls from '#messages/controls.ts';
import * as failures from '#messages/failures.ts';
import * as reauthentication from '#messages/reauthentication.ts';
import { fieldErrors } from '../../lib/field-errors.ts';
import { trpc } from '../../lib/trpc.ts';
import { useForm } from '../../lib/use-form.ts';
import { describeLimit } from '../../lib/wait-words.ts';
import { Button, type ButtonProps } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Notice } from '../ui/notice.tsx';
import { PasswordField } from '../ui/password-field.tsx';

interface PasswordDialogProps {
  /** Open it with `showModal()`. */
  ref: RefObject<HTMLDialogElement | null>;
  title: string;
  /** What will happen, as the button's label. */
  confirm: string;
  look?: ButtonProps['look'];
  /** The server has taken the password, and the dialog is closed. */
  onGiven: () => void;
  /** The dialog was closed without. */
  onCancel?: () => void;
  /** Why it is asked for. */
  children: ReactNode;
}

const EMPTY = { password: reauthentication.passwordRequired };
const GIVEN = 'given';

/** Asks for the password, and stays until it is the right one or the person thinks better of it. */
export function PasswordDialog({
  ref,
  title,
  confirm,
  look = 'primary',
  onGiven,
  onCancel,
  children,
}: PasswordDialogProps) {
  const { username } = useUser();
  const give = trpc.auth.reauthenticate.useMutation({ onSuccess: () => ref.current?.close(GIVEN) });
  const { form, errors, failure } = useForm({
    empty: EMPTY,
    mutation: give,
    refused: (error) => fieldErrors(error, { password: 'password' }),
  });

  /**
   * Only once it is closed can something behind it take the focus. Nothing typed stays in the page.
   */
  function closed() {
    const given = ref.current?.returnValue === GIVEN;
    if (ref.current) ref.current.returnValue = '';
    form.ref.current?.reset();
    give.reset();
    if (given) onGiven();
    else onCancel?.();
  }

  return (
    <Dialog ref={ref} title={title} onClose={closed}>
      <form {...form} className="mt-2 flex flex-col gap-5">
        <div className="text-sm text-pretty text-ink-soft">{children}</div>
        {failure !== null && (
          <Notice look="danger" role="alert" tabIndex={-1}>
            {describeFailure(failure)}
          </Notice>
        )}
        {/* Tells password managers whose password this is. */}
        <input
          type="text"
          name="username"
          autoComplete="username"
          value={username}
          readOnly
          hidden
        />
        <PasswordField
          label={reauthentication.passwordLabel}
          name="password"
          autoComplete="current-password"
          maxLength={1024}
          error={errors.password}
        />
        <div className="flex flex-wrap justify-end gap-2.5">
          <Button onClick={() => ref.current?.close()}>{controls.cancel}</Button>
          <Button type="submit" look={look} pending={give.isPending}>
            {give.isPending ? reauthentication.pending : confirm}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function describeFailure(error: unknown): string {
  if (isUnreachable(error)) return failures.unreachable;
  return describeLimit(error) ?? failures.internal;
}
