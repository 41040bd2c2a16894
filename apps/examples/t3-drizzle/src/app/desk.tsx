import { RequireRole, useSessionControl } from '@latchkey/react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTRPC } from '~/trpc/react';

export function Desk() {
  const { signedOut } = useSessionControl();
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const me = useQuery(trpc.auth.me.queryOptions());
  const drafts = useQuery(trpc.posts.drafts.queryOptions());
  const refetch = { onSuccess: () => queryClient.invalidateQueries(trpc.posts.pathFilter()) };
  const write = useMutation(trpc.posts.write.mutationOptions(refetch));
  const publish = useMutation(trpc.posts.publish.mutationOptions(refetch));
  const logout = useMutation(trpc.auth.logout.mutationOptions({ onSuccess: () => signedOut() }));

  return (
    <main>
      <h1>Hello {me.data?.name}</h1>
      <button type="button" onClick={() => logout.mutate()}>
        Sign out
      </button>
      <form action={(form) => write.mutate({ title: form.get('title') as string })}>
        <input name="title" aria-label="Title" />
        <button type="submit">Write</button>
        {write.error && <p role="alert">{write.error.message}</p>}
      </form>
      <ul>
        {drafts.data?.map((post) => (
          <li key={post.id}>
            {post.title}, {post.publishedAt ? 'published' : 'draft'}, {post.updatedAt.getFullYear()}
            <RequireRole needs="owner">
              <button type="button" onClick={() => publish.mutate({ id: post.id })}>
                Publish
              </button>
            </RequireRole>
          </li>
        ))}
      </ul>
    </main>
  );
}
