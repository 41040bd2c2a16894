import { Protected, type SignedOutReason, useUser } from '@latchkey/react';
import { Outlet, useRouter } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { AccountNotices } from '../features/notices/account-notices.tsx';
import { client, queryClient } from '../lib/api.ts';
import { trpc } from '../lib/trpc.ts';
import { lazyPage } from './lazy-page.tsx';
import { useIdlePreload } from './use-idle-preload.ts';

const OneTimePage = lazyPage(
  'one-time-page',
  () => import('../features/account/one-time-page.tsx'),
  'OneTimePage',
);

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

/**
 * The page, unless its user has to choose a password first. A page that was open before stays
 * mounted, so that nothing typed is lost.
 */
function Pages() {
  useIdlePreload();
  const isLocked = useUser().claims.mustChangePassword === true;
  const [isOpen, setIsOpen] = useState(false);
  if (!isLocked && !isOpen) setIsOpen(true);
  return (
    <>
      {isLocked && <OneTimePage />}
      {isOpen && (
        <div hidden={isLocked}>
          <AccountNotices />
          <Outlet />
        </div>
      )}
    </>
  );
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
