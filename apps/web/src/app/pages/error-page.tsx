import { Button } from '../../components/ui/button.tsx';
import { Page } from '../../components/ui/page.tsx';

/** Shown when this page's own code has failed: starting over is the only thing sure to help. */
export function ErrorPage() {
  return (
    <div className="pt-4 sm:pt-14">
      <Page title="This page broke" lead="That is our mistake, not yours, and you are still signed in. Loading the page again usually helps.">
        <Button look="primary" className="mt-8" onClick={() => window.location.reload()}>
          Load again
        </Button>
      </Page>
    </div>
  );
}
