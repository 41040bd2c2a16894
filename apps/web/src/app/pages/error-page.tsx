import type { ErrorComponentProps } from '@tanstack/react-router';
import { Button } from '../../components/ui/button.tsx';
import { Page } from '../../components/ui/page.tsx';

/** What browsers say when a part of the app did not arrive: Chromium, Firefox, Safari. */
const NOT_ARRIVED = /dynamically imported module|error loading|Importing a module script failed/i;

/** Shown when a page's own code has failed, or never came: starting over is the only thing sure to help. */
export function ErrorPage({ error }: Pick<ErrorComponentProps, 'error'>) {
  const arrived = !NOT_ARRIVED.test(error instanceof Error ? error.message : '');
  return (
    <div className="pt-4 sm:pt-14">
      <Page
        title={arrived ? 'This page broke' : 'This page did not arrive'}
        lead={
          arrived
            ? 'That is our mistake, not yours, and you are still signed in. Loading the page again usually helps.'
            : 'The network may be down, or the app has a new version. You are still signed in. Load the page again.'
        }
      >
        <Button look="primary" className="mt-8" onClick={() => window.location.reload()}>
          Load again
        </Button>
      </Page>
    </div>
  );
}
