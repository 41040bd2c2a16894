import { Link } from '@tanstack/react-router';
import * as messages from '#messages/sign-in.ts';
import { Notice } from '../../components/ui/notice.tsx';
import { Page } from '../../components/ui/page.tsx';
import { SignUpForm } from './sign-up-form.tsx';
import { SIGN_UP_CLOSED } from './sign-up-words.ts';
import { useSignUpOpen } from './use-sign-up-open.ts';

export function SignUpPage() {
  const open = useSignUpOpen();
  return (
    <div className="mx-auto w-full max-w-sm pt-4 sm:pt-14">
      <Page title={messages.createAnAccount} lead={messages.aNameAndAPassword} focusHeading={false}>
        <div className="mt-8">
          {open === false ? <Notice role="status">{SIGN_UP_CLOSED}</Notice> : <SignUpForm />}
        </div>
        <p className="mt-6 text-sm text-ink-soft">
          {messages.youHaveAnAccount}{' '}
          <Link to="/sign-in" search className="link">
            {messages.signIn}
          </Link>
        </p>
      </Page>
    </div>
  );
}
