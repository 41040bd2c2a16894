import { getRouteApi, useRouter } from '@tanstack/react-router';
import { useEffect } from 'react';
import { SignInPage } from '../../features/sign-in/sign-in-page.tsx';
import { safeReturnPath } from '../../lib/safe-return-path.ts';
import { useSession } from '../../lib/session/session.ts';

const route = getRouteApi('/sign-in');

/** The sign-in page for whoever needs it; everyone else goes on to where they wanted to be. */
export function SignInRoute() {
  const { from } = route.useSearch();
  const session = useSession();
  if (session.status === 'signed-in') return <Return to={safeReturnPath(from)} />;
  return session.status === 'signed-out' ? <SignInPage reason={session.reason} /> : null;
}

/** Takes a whole address, query and hash included, which a typed link cannot. */
function Return({ to }: { to: string }) {
  const { history } = useRouter();
  useEffect(() => history.replace(to), [history, to]);
  return null;
}
