import { Link } from '@tanstack/react-router';
import * as shell from '#messages/shell.ts';
import { buttonClass } from '../../components/form/button.tsx';
import { Page } from '../../components/page/page.tsx';

export function NotFoundPage() {
  return (
    <div className="pt-4 sm:pt-14">
      <p className="mb-3 font-mono text-sm text-brass-ink">404</p>
      <Page title={shell.notFoundTitle} lead={shell.notFoundLead}>
        <Link to="/" className={`mt-8 ${buttonClass('secondary')}`}>
          {shell.toDashboard}
        </Link>
      </Page>
    </div>
  );
}
