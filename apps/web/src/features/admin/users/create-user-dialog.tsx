import { zodResolver } from '@hookform/resolvers/zod';
import { newPassword, newUsername } from '@latchkey/server/account-rules';
import { type RefObject, useEffect } from 'react';
import { useForm } from 'react-hook-form';
import * as adminUsers from '#messages/admin/users.ts';
import * as controls from '#messages/controls.ts';
import * as fields from '#messages/fields.ts';
import { Dialog } from '../../../components/dialog/dialog.tsx';
import { Notice } from '../../../components/feedback/notice.tsx';
import { Button } from '../../../components/form/button.tsx';
import { NewPasswordField } from '../../../components/form/new-password-field.tsx';
import { SelectField } from '../../../components/form/select-field.tsx';
import { TextField } from '../../../components/form/text-field.tsx';
import { client } from '../../../lib/api.ts';
import { fieldErrors } from '../../../lib/form/field-errors.ts';
import { z } from '../../../lib/form/zod.ts';
import { useAdminAction } from '../use-admin-action.ts';

/** The server's rules for a new user, which are checked before the form is sent. */
const newUser = z.object({
  username: newUsername,
  password: newPassword,
  role: z.enum(['User', 'Admin']),
});
type NewUser = z.output<typeof newUser>;

const ROLES = [
  ['User', 'User'],
  ['Admin', 'Admin'],
] as const;

const FIELDS = { username: 'username', password: 'password' } as const;

const sentence = (message: string | undefined) => message && `${fields.fault(message)}.`;

/** Asks for the data of a new user, and creates the account. */
export function CreateUserDialog({ ref }: { ref: RefObject<HTMLDialogElement | null> }) {
  const { register, handleSubmit, reset, setFocus, formState } = useForm<
    z.input<typeof newUser>,
    unknown,
    NewUser
  >({
    resolver: zodResolver(newUser),
    defaultValues: { username: '', password: '', role: 'User' },
  });
  const { action, refusal, passwordDialog } = useAdminAction<NewUser>({
    send: (user) => client.admin.createUser.mutate(user),
    done: ({ username }) => adminUsers.createDone(username),
    onDone: () => ref.current?.close(),
  });
  const { errors } = formState;
  const refused = fieldErrors(action.error, FIELDS);
  const [firstRefused] = Object.keys(refused) as (keyof typeof FIELDS)[];

  useEffect(() => {
    if (firstRefused) setFocus(firstRefused);
  }, [firstRefused, setFocus]);

  function closed() {
    reset();
    action.reset();
  }

  return (
    <>
      <Dialog ref={ref} title={adminUsers.create} onClose={closed}>
        <form
          noValidate
          onSubmit={(event) => void handleSubmit((user) => action.mutate(user))(event)}
          className="mt-4 flex flex-col gap-5"
        >
          {refusal && !firstRefused && (
            <Notice look="danger" role="alert">
              {refusal}
            </Notice>
          )}
          <TextField
            label={adminUsers.username}
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            error={sentence(errors.username?.message) ?? refused.username}
            {...register('username')}
          />
          <NewPasswordField
            label={adminUsers.password}
            error={sentence(errors.password?.message) ?? refused.password}
            {...register('password')}
          />
          <SelectField label={adminUsers.role} options={ROLES} {...register('role')} />
          <div className="flex flex-wrap justify-end gap-2.5">
            <Button onClick={() => ref.current?.close()}>{controls.cancel}</Button>
            <Button type="submit" look="primary" pending={action.isPending}>
              {action.isPending ? adminUsers.createPending : adminUsers.createConfirm}
            </Button>
          </div>
        </form>
      </Dialog>
      {passwordDialog}
    </>
  );
}
