import { useQuery } from '@tanstack/react-query';
import { client } from '../../lib/api.ts';

/** Returns whether visitors may create accounts; undefined until the server has answered. */
export function useSignUpOpen(): boolean | undefined {
  return useQuery({
    queryKey: ['sign-up-open'],
    queryFn: ({ signal }) => client.account.signUpOpen.query(undefined, { signal }),
  }).data;
}
