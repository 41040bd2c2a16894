import { useQuery } from '@tanstack/react-query';
import { client } from '../../lib/api.ts';

/** Whether people may create accounts themselves; undefined until the server has said. */
export function useSignUpOpen(): boolean | undefined {
  return useQuery({
    queryKey: ['sign-up-open'],
    queryFn: ({ signal }) => client.account.signUpOpen.query(undefined, { signal }),
  }).data;
}
