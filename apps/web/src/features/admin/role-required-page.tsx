import { useUser } from '@latchkey/react';
import { Link } from '@tanstack/react-router';
import * as adminPage from '#messages/admin/page.tsx';
import { buttonClass } from '../../components/form/button.tsx';
import { Page } from '../../components/page/page.tsx';

/**
 * Replaces a page that the server refused to the user's role: names the required role and the
 * user's.
 */
export function RoleRequiredPage({ needed }: { needed: string }) {
  const { username, role } = useUser();
  return (
    <div className="pt-4 sm:pt-14">
      <p className="mb-3 font-mono text-sm text-brass-ink">403</p>
      <Page
        title={adminPage.roleRequired}
        lead={adminPage.roleRequiredLead(
          <Strong>{needed}</Strong>,
          <Strong>{username}</Strong>,
          <Strong>{role}</Strong>,
        )}
      >
        <p className="mt-3 max-w-[62ch] text-ink-soft">{adminPage.roleRequiredHint}</p>
        <Link to="/" className={`mt-8 ${buttonClass('secondary')}`}>
          {adminPage.toDashboard}
        </Link>
      </Page>
    </div>
  );
}

function Strong({ children }: { children: string }) {
  return <strong className="font-semibold text-ink">{children}</strong>;
}
