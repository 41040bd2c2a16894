import { Link } from '@tanstack/react-router';
import * as messages from '#messages/shell.ts';
import { buttonClass } from '../../components/ui/button.tsx';
import { Page } from '../../components/ui/page.tsx';

export function NotFoundPage() {
  return (
    <div className="pt-4 sm:pt-14">
      <p className="mb-3 font-mono text-sm text-brass-ink">404</p>
      <Page title={messages.nothingHere} lead={messages.noPageHasThisAddress}>
        <Link to="/" className={`mt-8 ${buttonClass('secondary')}`}>
          {messages.goToTheDashboard}
        </Link>
      </Page>
    </div>
  );
}
