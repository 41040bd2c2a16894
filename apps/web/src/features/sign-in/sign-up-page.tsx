import { Link } from '@tanstack/react-router';
import * as signIn from '#messages/sign-in.ts';
import * as signUp from '#messages/sign-up.ts';
import { Notice } from '../../components/feedback/notice.tsx';
import { Page } from '../../components/page/page.tsx';
import { SignUpForm } from './sign-up-form.tsx';
import { useSignUpOpen } from './use-sign-up-open.ts';

export function SignUpPage() {
  const isOpen = useSignUpOpen();
  return (
    <div className="mx-auto w-full max-w-sm pt-4 sm:pt-14">
      <Page title={signUp.title} lead={signUp.lead} focusHeading={false}>
        <div className="mt-8">
          {isOpen === false ? <Notice role="status">{signUp.closed}</Notice> : <SignUpForm />}
        </div>
        <p className="mt-6 text-sm text-ink-soft">
          {signUp.haveAccount}{' '}
          <Link to="/sign-in" search className="link">
            {signIn.title}
          </Link>
        </p>
      </Page>
    </div>
  );
}
