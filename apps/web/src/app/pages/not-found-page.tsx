import { Link } from '@tanstack/react-router';
import { buttonClass } from '../../components/ui/button.tsx';
import { Page } from '../../components/ui/page.tsx';

export function NotFoundPage() {
  return (
    <div className="pt-4 sm:pt-14">
      <p className="mb-3 font-mono text-sm text-brass-ink">404</p>
      <Page title="Nothing here" lead="No page has this address. It may have moved, or the link may be mistyped.">
        <Link to="/" className={`mt-8 ${buttonClass('secondary')}`}>
          Go to the dashboard
        </Link>
      </Page>
    </div>
  );
}
