import { Protected, type SignedOutReason } from '@latchkey/react';
import { Outlet, useRouter } from '@tanstack/react-router';
import { useEffect } from 'react';
import { client, queryClient } from '../lib/api.ts';
import { trpc } from '../lib/trpc.ts';
import { useIdlePreload } from './use-idle-preload.ts';

/** The frame of pages for signed-in users. The layout asks to sign in again, in a dialog. */
export function PrivateLayout() {
  return (
    <Protected signedOut={(reason) => <ToSignIn reason={reason} />} interrupted={() => null}>
      <trpc.Provider client={client} queryClient={queryClient}>
        <Pages />
      </trpc.Provider>
    </Protected>
  );
}

function Pages() {
  useIdlePreload();
  return <Outlet />;
}

/**
 * Redirects to the sign-in page, and keeps the path to return to, unless the user signed out on
 * purpose.
 */
function ToSignIn({ reason }: { reason: SignedOutReason }) {
  const router = useRouter();
  useEffect(() => {
    const { href, pathname } = router.state.location;
    if (pathname === '/sign-in') return;
    const signedOutOnPurpose = reason === 'signed_out_here' || reason === 'signed_out_elsewhere';
    void router.navigate({
      to: '/sign-in',
      search: signedOutOnPurpose || href === '/' ? {} : { from: href },
      replace: true,
    });
  }, [router, reason]);
  return null;
}
