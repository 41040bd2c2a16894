import { lazyPage } from './lazy-page.tsx';

// Every page of the app, each in its own chunks.
export const SignInPage = lazyPage(
  'sign-in-page',
  () => import('../features/sign-in/sign-in-page.tsx'),
  'SignInPage',
);
export const SignUpPage = lazyPage(
  'sign-up-page',
  () => import('../features/sign-in/sign-up-page.tsx'),
  'SignUpPage',
);
export const PrivateLayout = lazyPage(
  'private-layout',
  () => import('./private-layout.tsx'),
  'PrivateLayout',
);
export const DashboardPage = lazyPage(
  'dashboard-page',
  () => import('./pages/dashboard-page.tsx'),
  'DashboardPage',
);
export const AccountPage = lazyPage(
  'account-page',
  () => import('../features/account/account-page.tsx'),
  'AccountPage',
);
export const AdminLayout = lazyPage(
  'admin-layout',
  () => import('../features/admin/admin-layout.tsx'),
  'AdminLayout',
);
export const AdminPage = lazyPage(
  'admin-page',
  () => import('../features/admin/admin-page.tsx'),
  'AdminPage',
);
export const UsersPage = lazyPage(
  'users-page',
  () => import('../features/admin/users/users-page.tsx'),
  'UsersPage',
);
export const SessionsPage = lazyPage(
  'sessions-page',
  () => import('../features/admin/sessions/sessions-page.tsx'),
  'SessionsPage',
);
export const TimelinePage = lazyPage(
  'timeline-page',
  () => import('../features/admin/sessions/timeline-page.tsx'),
  'TimelinePage',
);
export const AuditPage = lazyPage(
  'audit-page',
  () => import('../features/admin/audit/audit-page.tsx'),
  'AuditPage',
);
export const KeysPage = lazyPage(
  'keys-page',
  () => import('../features/admin/keys/keys-page.tsx'),
  'KeysPage',
);
