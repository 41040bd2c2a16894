import type { FormEvent } from 'react';
import { useAuth } from './auth/AuthProvider';
import { trpc } from './trpc';

export function Chores() {
  const { session, member } = useAuth();
  const utils = trpc.useUtils();
  const chores = trpc.chores.useQuery();
  const refetch = { onSuccess: () => utils.chores.invalidate() };
  const add = trpc.addChore.useMutation(refetch);
  const toggle = trpc.toggleChore.useMutation(refetch);

  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    add.mutate({ title: new FormData(event.currentTarget).get('title') as string });
    event.currentTarget.reset();
  };

  return (
    <main>
      <h1>Hi {member.name}</h1>
      <button type="button" onClick={() => void session.logout()}>
        Sign out
      </button>
      <button type="button" onClick={() => void session.logout(true)}>
        Sign out everywhere
      </button>
      <form onSubmit={submit}>
        <input name="title" aria-label="Chore" />
        <button type="submit">Add</button>
      </form>
      <ul>
        {chores.data?.map(({ id, title, done }) => (
          <li key={id}>
            <label>
              <input type="checkbox" checked={done} onChange={() => toggle.mutate({ id })} />
              {title}
            </label>
          </li>
        ))}
      </ul>
      {member.isAdmin && <Members />}
    </main>
  );
}

function Members() {
  const members = trpc.members.useQuery();
  return (
    <section>
      <h2>Members</h2>
      <p>{members.data?.map(({ name }) => name).join(', ')}</p>
    </section>
  );
}
