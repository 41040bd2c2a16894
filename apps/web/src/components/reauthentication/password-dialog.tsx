import { isUnreachable, useUser } from '@latchkey/react';
import type { ReactNode, RefObject } from 'react';
import * as controls from '#messages/controls.ts';
import * as failures from '#messages/failures.ts';
import * as reauthentication from '#messages/reauthentication.ts';
import { fieldErrors } from '../../lib/form/field-errors.ts';
import { describeLimit } from '../../lib/form/rate-limit.ts';
import { useForm } from '../../lib/form/use-form.ts';
import { trpc } from '../../lib/trpc.ts';
import { Dialog } from '../dialog/dialog.tsx';
import { Notice } from '../feedback/notice.tsx';
import { Button, type ButtonProps } from '../form/button.tsx';
import { PasswordField } from '../form/password-field.tsx';

interface PasswordDialogProps {
  /** The dialog element, which `showModal()` opens. */
  ref: RefObject<HTMLDialogElement | null>;
  title: string;
  /** The label of the confirming button, which names the action. */
  confirm: string;
  look?: ButtonProps['look'];
  /** Called when the server has accepted the password and the dialog is closed. */
  onConfirmed: () => void;
  /** Called when the dialog was closed without a password. */
  onCancel?: () => void;
  /** Explains why the password is needed. */
  children: ReactNode;
}

const EMPTY = { password: reauthentication.passwordRequired };
const CONFIRMED = 'confirmed';

/** Asks for the password, and stays open until it is correct or the user cancels. */
export function PasswordDialog({
  ref,
  title,
  confirm,
  look = 'primary',
  onConfirmed,
  onCancel,
  children,
}: PasswordDialogProps) {
  const { username } = useUser();
  const reauthenticate = trpc.auth.reauthenticate.useMutation({
    onSuccess: () => ref.current?.close(CONFIRMED),
  });
  const { form, errors, failure } = useForm({
    empty: EMPTY,
    mutation: reauthenticate,
    refused: (error) => fieldErrors(error, { password: 'password' }),
  });

  /** Runs after the dialog is closed, because nothing behind an open dialog can take the focus. */
  function closed() {
    const isConfirmed = ref.current?.returnValue === CONFIRMED;
    if (ref.current) ref.current.returnValue = '';
    form.ref.current?.reset();
    reauthenticate.reset();
    if (isConfirmed) onConfirmed();
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
        {/* This field tells password managers which account the password belongs to. */}
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
          <Button type="submit" look={look} pending={reauthenticate.isPending}>
            {reauthenticate.isPending ? reauthentication.pending : confirm}
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
