import type { ErrorComponentProps } from '@tanstack/react-router';
import * as messages from '#messages/shell.ts';
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
        title={arrived ? messages.thisPageBroke : messages.thisPageDidNotArrive}
        lead={arrived ? messages.thatIsOurMistakeNot : messages.theNetworkMayBeDown}
      >
        <Button look="primary" className="mt-8" onClick={() => window.location.reload()}>
          {messages.loadAgain}
        </Button>
      </Page>
    </div>
  );
}
