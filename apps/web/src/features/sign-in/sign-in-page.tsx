import { useSession } from '@latchkey/react';
import { Link } from '@tanstack/react-router';
import * as signIn from '#messages/sign-in.ts';
import * as signUp from '#messages/sign-up.ts';
import { Page } from '../../components/page/page.tsx';
import { lazyPart } from '../../lib/lazy/lazy-part.ts';
import { useLazyPart } from '../../lib/lazy/use-lazy-part.ts';
import { describeSignedOut } from './sign-in-errors.ts';
import { SignInForm } from './sign-in-form.tsx';
import { SignedOutNotice } from './signed-out-notice.tsx';
import { useSignUpOpen } from './use-sign-up-open.ts';

/** The demo accounts; null without any. If they exist, the server adds this tag to the page. */
const demoAccounts =
  import.meta.env.DEV ||
  document.querySelector('meta[name="latchkey-demo"][content="true"]') !== null
    ? lazyPart('demo-accounts', () => import('./demo-accounts.tsx'))
    : null;

export function SignInPage() {
  const session = useSession();
  const explanation = session.status === 'signed-out' && describeSignedOut(session.reason);
  const isSignUpOpen = useSignUpOpen();
  return (
    <div className="mx-auto w-full max-w-sm pt-4 sm:pt-14">
      <Page title={signIn.title} lead={signIn.lead} focusHeading={false}>
        <div className="mt-8 flex flex-col gap-5">
          {explanation && <SignedOutNotice explanation={explanation} />}
          <SignInForm />
        </div>
        {/* The element keeps its height, so that nothing moves when the server answers. */}
        <p className="mt-6 min-h-[1lh] text-sm text-ink-soft">
          {isSignUpOpen && (
            <>
              {signIn.newHere}{' '}
              <Link to="/sign-up" search className="link">
                {signUp.title}
              </Link>
            </>
          )}
        </p>
        {demoAccounts && <DemoAccounts part={demoAccounts} />}
      </Page>
    </div>
  );
}

/** The place of the demo accounts, kept free until their code has arrived. */
function DemoAccounts({ part }: { part: NonNullable<typeof demoAccounts> }) {
  const loaded = useLazyPart(part);
  return <div className="min-h-32">{loaded && <loaded.DemoAccounts />}</div>;
}
