import * as shell from '#messages/shell.ts';
import { Button } from '../../components/ui/button.tsx';
import { Page } from '../../components/ui/page.tsx';

/** Shown when a page's own code has failed: starting over is the only thing sure to help. */
export function ErrorPage() {
  return (
    <div className="pt-4 sm:pt-14">
      <Page title={shell.errorTitle} lead={shell.errorLead}>
        <Button look="primary" className="mt-8" onClick={() => window.location.reload()}>
          {shell.reload}
        </Button>
      </Page>
    </div>
  );
}
