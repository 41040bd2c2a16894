// @vitest-environment jsdom
import { cleanup, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { StrictMode } from 'react';
import { afterEach, expect, inject, it } from 'vitest';
import { App } from '~/app/app';
import { type Browser, openBrowser, password, signUp } from './browser';

const browser = () => openBrowser(inject('url'));
const codeFor = async (email: string) => (await fetch(`${inject('mailbox')}/${email}`)).text();

const open = (browser: Browser) =>
  render(
    <StrictMode>
      <App clients={browser} />
    </StrictMode>,
  );

afterEach(cleanup);

it('signs up with a code, writes a post and signs out', async () => {
  const user = userEvent.setup();
  open(browser());
  await user.click(await screen.findByText('New here?'));
  await user.type(screen.getByLabelText('Name'), 'Nell');
  await user.type(screen.getByLabelText('E-mail'), 'nell@example.com');
  await user.type(screen.getByLabelText('Password'), password);
  await user.click(screen.getByText('Continue'));
  await user.type(await screen.findByLabelText('Code'), await codeFor('nell@example.com'));
  await user.click(screen.getByText('Continue'));
  await screen.findByText('Hello Nell');
  await user.type(screen.getByLabelText('Title'), 'Flood');
  await user.click(screen.getByText('Write'));
  await screen.findByText(/Flood, draft/);
  await user.click(screen.getByText('Publish'));
  await screen.findByText(/Flood, published/);
  await user.click(screen.getByText('Sign out'));
  await screen.findByText('Sign in');
});

it('asks for the code when the e-mail is not verified', async () => {
  const page = browser();
  const email = 'late@example.com';
  await page.client.auth.signup.mutate({ email, password, name: 'Nell' });
  const user = userEvent.setup();
  open(page);
  await user.type(await screen.findByLabelText('E-mail'), email);
  await user.type(screen.getByLabelText('Password'), password);
  await user.click(screen.getByText('Continue'));
  await screen.findByLabelText('Code');
});

it('shows the page of a returning user at once, and nothing for owners to an editor', async () => {
  const page = browser();
  await signUp(page, 'ed@example.com', codeFor);
  await page.client.posts.write.mutate({ title: 'Storm' });
  open(page);
  await screen.findByText(/Storm, draft/);
  expect(screen.queryByText('Publish')).toBeNull();
});

it('asks to sign in again when the session has ended, and then sends what was waiting', async () => {
  const [page, phone] = [browser(), browser()];
  await signUp(page, 'sue@example.com', codeFor);
  await phone.client.auth.login.mutate({ email: 'sue@example.com', password });
  const user = userEvent.setup();
  open(page);
  await user.type(await screen.findByLabelText('Title'), 'Landslide');
  await phone.client.auth.logoutAll.mutate();
  await user.click(screen.getByText('Write'));
  await user.type(await screen.findByLabelText('E-mail'), 'sue@example.com');
  await user.type(screen.getByLabelText('Password'), password);
  await user.click(screen.getByText('Continue'));
  await screen.findByText(/Landslide, draft/);
});
