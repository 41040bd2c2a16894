import type { Inspector } from '@latchkey/devtools';
import { useSession, useStore } from '@latchkey/react';
import { Outlet, useRouter, useSearch } from '@tanstack/react-router';
import { useEffect } from 'react';
import * as shell from '#messages/shell.ts';
import { QueryProblem } from '../components/feedback/query-problem.tsx';
import { PageSkeleton } from '../components/feedback/skeleton.tsx';
import { Toaster } from '../components/feedback/toaster.tsx';
import { SessionOverDialog } from '../features/sign-in/session-over-dialog.tsx';
import { type LazyPart, lazyPart } from '../lib/lazy/lazy-part.ts';
import { useLazyPart } from '../lib/lazy/use-lazy-part.ts';
import { safeReturnPath } from '../lib/navigation/safe-return-path.ts';
import { theme } from '../lib/theme.ts';
import { ConnectionBanner } from './connection-banner.tsx';
import { Footer } from './footer.tsx';
import { Header } from './header.tsx';

/**
 * The inspector for developers, absent from other builds (build/inspector-flag.ts). Pages do not
 * wait for it.
 */
const inspector = import.meta.env.LATCHKEY_INSPECTOR
  ? lazyPart('inspector', () => import('./inspector.tsx'))
  : null;

/** The frame of every page. It shows the page once it is known whether a user is signed in. */
export function RootLayout() {
  const session = useSession();
  return (
    <>
      <a
        href="#main"
        className="sr-only rounded-control bg-ink px-4 py-2 text-sm text-canvas focus:not-sr-only focus:absolute focus:top-2 focus:left-2 focus:z-40"
      >
        {shell.skipLink}
      </a>
      <Header />
      <main id="main" tabIndex={-1} className="page-width pt-8 sm:pt-12">
        {session.status === 'pending' && <PageSkeleton />}
        {session.status === 'unanswered' && (
          <QueryProblem title={shell.noAnswer} error={session.error} retry={session.retry} />
        )}
        {(session.status === 'signed-in' ||
          session.status === 'signed-out' ||
          session.status === 'interrupted') && <Outlet />}
        {session.status === 'interrupted' && (
          <SessionOverDialog
            username={session.principal.username}
            remember={session.answer.cookies.every(({ maxAgeSeconds }) => maxAgeSeconds !== null)}
            reason={session.reason}
          />
        )}
      </main>
      <Footer />
      <Toaster />
      <ConnectionBanner />
      {inspector && <LazyInspector part={inspector} />}
    </>
  );
}

/** Loads the inspector after the page. */
function LazyInspector({ part }: { part: LazyPart<{ readonly Inspector: typeof Inspector }> }) {
  const loaded = useLazyPart(part);
  const chosen = useStore(theme);
  return loaded && <loaded.Inspector theme={chosen} />;
}

/** Pages for signed-out users. A signed-in user is redirected to the page they came from. */
export function SignedOutLayout() {
  const { from } = useSearch({ from: '/for-signed-out' });
  const session = useSession();
  return session.status === 'signed-in' ? <Return to={safeReturnPath(from)} /> : <Outlet />;
}

/** Redirects to a whole path with query and hash, which a typed link cannot express. */
function Return({ to }: { to: string }) {
  const { history } = useRouter();
  useEffect(() => history.replace(to), [history, to]);
  return null;
}
