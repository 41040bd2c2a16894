// @vitest-environment jsdom
import { cleanup, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { StrictMode } from 'react';
import { afterEach, expect, inject, it } from 'vitest';
import { App } from '../src/client/App';
import { openBrowser } from './browser';

afterEach(cleanup);

const show = (browser: ReturnType<typeof openBrowser>) =>
  render(
    <StrictMode>
      <App clients={browser.load()} />
    </StrictMode>,
  );

it('a new member moves in, adds a chore, does it, and signs out', async () => {
  const user = userEvent.setup();
  show(openBrowser(inject('origin')));
  await user.click(await screen.findByText('I am new here'));
  await user.type(screen.getByLabelText('Name'), 'Kim');
  await user.type(screen.getByLabelText('Password'), 'hoover');
  await user.click(screen.getByText('Register'));
  await screen.findByText('Hi Kim');
  await user.type(screen.getByLabelText('Chore'), 'Windows');
  await user.click(screen.getByText('Add'));
  await user.click(await screen.findByLabelText('Windows'));
  await user.click(screen.getByText('Sign out'));
  await screen.findByText('Enter');
});

it('a reload in StrictMode asks once who is signed in', async () => {
  const browser = openBrowser(inject('origin'));
  await browser.load().client.auth.register.mutate({ username: 'Lee', password: 'hoover' });
  browser.requests.length = 0;
  show(browser);
  await screen.findByText('Hi Lee');
  expect(browser.requests.filter((path) => path.includes('auth.session'))).toHaveLength(1);
  expect(screen.queryByText('Members')).toBeNull();
});

it('a wrong password shows the message of the server', async () => {
  const user = userEvent.setup();
  show(openBrowser(inject('origin')));
  await user.type(await screen.findByLabelText('Name'), 'Kim');
  await user.type(screen.getByLabelText('Password'), 'not it at all');
  await user.click(screen.getByText('Enter'));
  expect((await screen.findByRole('alert')).textContent).toBe('Wrong name or password');
});

it('a session that has ended asks to sign in again, and then sends what was waiting', async () => {
  const [browser, phone] = [openBrowser(inject('origin')), openBrowser(inject('origin')).load()];
  const ann = { username: 'Ann', password: 'hoover' };
  await browser.load().client.auth.register.mutate(ann);
  await phone.client.auth.login.mutate(ann);
  const user = userEvent.setup();
  show(browser);
  await user.type(await screen.findByLabelText('Chore'), 'Dishes');
  await phone.client.auth.logoutEverywhere.mutate();
  await user.click(screen.getByText('Add'));
  await user.type(await screen.findByLabelText('Name'), 'Ann');
  await user.type(screen.getByLabelText('Password'), 'hoover');
  await user.click(screen.getByText('Enter'));
  await screen.findByLabelText('Dishes');
});
