import { createTRPCUntypedClient } from '@trpc/client';
import type { AnyTRPCRouter } from '@trpc/server';
import { vi } from 'vitest';
import { createLatchkey } from '../latchkey.ts';
import { latchkeyLink } from '../latchkey-link.ts';
import { createQueryClient } from '../query-client.ts';

/** Creates a page with a signed-in user. */
export function signedInPage(url: string) {
  const queryClient = createQueryClient();
  const latchkey = createLatchkey({
    url,
    queryClient,
    setCookies: ['mine'],
    retry: { firstDelay: 1 },
  });
  latchkey.onPage.set({
    principal: { userId: '7', username: 'ada', role: 'User', sessionId: 's', generation: 0 },
  } as never);
  const asked = vi.spyOn(queryClient, 'invalidateQueries');
  return {
    latchkey,
    asked,
    client: createTRPCUntypedClient<AnyTRPCRouter>({ links: [latchkeyLink(latchkey)] }),
  };
}
