import { useSession } from '@latchkey/react';
import { Link } from '@tanstack/react-router';
import * as signIn from '#messages/sign-in.ts';
import * as signUp from '#messages/sign-up.ts';
import { Page } from '../../components/page/page.tsx';
import { describeSignedOut } from './sign-in-errors.ts';
import { SignInForm } from './sign-in-form.tsx';
import { SignedOutNotice } from './signed-out-notice.tsx';
import { useSignUpOpen } from './use-sign-up-open.ts';

/** Whether the demo accounts exist: if so, the server adds this tag to the page. */
const hasDemoAccounts =
  import.meta.env.DEV ||
  document.querySelector('meta[name="latchkey-demo"][content="true"]') !== null;

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
        {hasDemoAccounts && (
          <p className="mt-6 border-t border-line pt-4 text-sm text-ink-soft">
            {signIn.demoAccounts}{' '}
            <span className="font-mono text-[0.8125rem] whitespace-nowrap text-ink">
              admin / password
            </span>
            ,{' '}
            <span className="font-mono text-[0.8125rem] whitespace-nowrap text-ink">
              bob / password
            </span>
          </p>
        )}
      </Page>
    </div>
  );
}
