import { useUser } from '@latchkey/react';
import { Link } from '@tanstack/react-router';
import { buttonClass } from '../../components/ui/button.tsx';
import { Page } from '../../components/ui/page.tsx';

/** The server refused for want of a role. Says which one it takes and which one there is. */
export function RoleRequiredPage({ needed }: { needed: string }) {
  const { username, role } = useUser();
  return (
    <div className="pt-4 sm:pt-14">
      <p className="mb-3 font-mono text-sm text-brass-ink">403</p>
      <Page
        title="Not for your role"
        lead={
          <>
            This page needs the role <strong className="font-semibold text-ink">{needed}</strong>. You are signed in as{' '}
            <strong className="font-semibold text-ink">{username}</strong> with the role <strong className="font-semibold text-ink">{role}</strong>.
          </>
        }
      >
        <p className="mt-3 max-w-[62ch] text-ink-soft">If you need it for your work, ask an administrator to change your role.</p>
        <Link to="/" className={`mt-8 ${buttonClass('secondary')}`}>
          Back to the dashboard
        </Link>
      </Page>
    </div>
  );
}
