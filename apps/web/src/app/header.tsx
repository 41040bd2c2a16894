import { Protected } from '@latchkey/react';
import { Link } from '@tanstack/react-router';
import * as shell from '#messages/shell.ts';
import { Notice } from '../components/feedback/notice.tsx';
import { BrandMark } from '../components/page/brand-mark.tsx';
import { useSignOut } from '../features/session/use-sign-out.ts';
import { UserMenu } from '../features/session/user-menu.tsx';

export function Header() {
  return (
    <header className="page-width">
      <div className="flex min-h-16 flex-wrap items-center gap-x-8 border-b border-line">
        <Link
          to="/"
          className="flex min-h-11 items-center gap-2.5 rounded-control font-semibold tracking-tight"
        >
          <BrandMark className="h-6" />
          Latchkey
        </Link>
        <Protected>
          <SignedIn />
        </Protected>
      </div>
    </header>
  );
}

function SignedIn() {
  const signOut = useSignOut();
  return (
    <>
      {/* In the order in which they are seen, at every width. */}
      <div className="flex min-w-0 basis-full items-center sm:flex-1 sm:basis-auto">
        <nav aria-label={shell.navLabel} className="-mx-3 flex shrink-0">
          <NavLink to="/">{shell.dashboard}</NavLink>
          <NavLink to="/admin">{shell.admin}</NavLink>
        </nav>
        <div className="ml-auto min-w-0 pl-4">
          <UserMenu onSignOut={() => signOut.mutate()} />
        </div>
      </div>
      {signOut.isError && (
        <Notice role="alert" look="danger" className="my-2 basis-full">
          {shell.signOutFailed}
        </Notice>
      )}
    </>
  );
}

function NavLink({ to, children }: { to: '/' | '/admin'; children: string }) {
  return (
    <Link
      to={to}
      activeOptions={{ exact: to === '/', includeSearch: false }}
      className="relative flex min-h-11 items-center rounded-control px-3 text-sm text-ink-soft hover:text-ink aria-[current=page]:font-medium aria-[current=page]:text-ink aria-[current=page]:after:absolute aria-[current=page]:after:inset-x-3 aria-[current=page]:after:-bottom-px aria-[current=page]:after:h-0.5 aria-[current=page]:after:rounded-full aria-[current=page]:after:bg-brass sm:min-h-16"
    >
      {children}
    </Link>
  );
}
