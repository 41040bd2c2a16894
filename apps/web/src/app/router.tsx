import { createRootRoute, createRoute, createRouter } from '@tanstack/react-router';
import { PageSkeleton } from '../components/feedback/skeleton.tsx';
import { auditSearchOf } from '../features/admin/audit/audit-search.ts';
import { usersSearchOf } from '../features/admin/users/users-search.ts';
import { parseSearch, stringifySearch } from '../lib/navigation/search-params.ts';
import { textOf } from '../lib/navigation/search-values.ts';
import { RootLayout, SignedOutLayout } from './layout.tsx';
import { ErrorPage } from './pages/error-page.tsx';
import { NotFoundPage } from './pages/not-found-page.tsx';
import * as pages from './pages.ts';

const root = createRootRoute({ component: RootLayout });

const forSignedOut = createRoute({
  getParentRoute: () => root,
  id: 'for-signed-out',
  validateSearch: ({ from }: Record<string, unknown>): { from?: string } =>
    typeof from === 'string' ? { from } : {},
  component: SignedOutLayout,
});

const signIn = createRoute({
  getParentRoute: () => forSignedOut,
  path: '/sign-in',
  component: pages.SignInPage,
});

const signUp = createRoute({
  getParentRoute: () => forSignedOut,
  path: '/sign-up',
  component: pages.SignUpPage,
});

const behindSignIn = createRoute({
  getParentRoute: () => root,
  id: 'behind-sign-in',
  component: pages.PrivateLayout,
});

const dashboard = createRoute({
  getParentRoute: () => behindSignIn,
  path: '/',
  component: pages.DashboardPage,
});

const account = createRoute({
  getParentRoute: () => behindSignIn,
  path: '/account',
  component: pages.AccountPage,
});

const admin = createRoute({
  getParentRoute: () => behindSignIn,
  path: '/admin',
  component: pages.AdminLayout,
});

const overview = createRoute({
  getParentRoute: () => admin,
  path: '/',
  component: pages.AdminPage,
});

const users = createRoute({
  getParentRoute: () => admin,
  path: '/users',
  validateSearch: usersSearchOf,
  component: pages.UsersPage,
});

const sessions = createRoute({
  getParentRoute: () => admin,
  path: '/sessions',
  validateSearch: ({
    search,
    after,
  }: Record<string, unknown>): { search?: string | undefined; after?: string | undefined } => ({
    search: textOf(search, 64),
    after: textOf(after, 300),
  }),
  component: pages.SessionsPage,
});

const timeline = createRoute({
  getParentRoute: () => admin,
  path: '/sessions/$sessionId',
  component: pages.TimelinePage,
});

const audit = createRoute({
  getParentRoute: () => admin,
  path: '/audit',
  validateSearch: auditSearchOf,
  component: pages.AuditPage,
});

const keys = createRoute({
  getParentRoute: () => admin,
  path: '/keys',
  component: pages.KeysPage,
});

export const router = createRouter({
  routeTree: root.addChildren([
    forSignedOut.addChildren([signIn, signUp]),
    behindSignIn.addChildren([
      dashboard,
      account,
      admin.addChildren([overview, users, sessions, timeline, audit, keys]),
    ]),
  ]),
  parseSearch,
  stringifySearch,
  defaultPreload: 'intent',
  scrollRestoration: true,
  defaultPendingComponent: PageSkeleton,
  defaultNotFoundComponent: NotFoundPage,
  defaultErrorComponent: ErrorPage,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
