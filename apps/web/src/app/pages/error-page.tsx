import * as shell from '#messages/shell.ts';
import { Button } from '../../components/form/button.tsx';
import { Page } from '../../components/page/page.tsx';

/** Replaces a page whose code has thrown: only a reload is sure to help. */
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
