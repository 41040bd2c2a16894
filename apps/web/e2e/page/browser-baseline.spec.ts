import { expect, signIn, test } from '../support/fixtures.ts';
import { PASSWORD, signUpElsewhere } from '../support/users.ts';

/**
 * Removes from the browser the features that the oldest browsers of Baseline 2023 lack
 * (docs/client.md).
 */
function removeWhatCameLater(): void {
  const later: readonly (readonly [object, readonly string[]])[] = [
    [Promise, ['withResolvers', 'try']],
    [Object, ['groupBy']],
    [Map, ['groupBy']],
    [Array, ['fromAsync']],
    [RegExp, ['escape']],
    [URL, ['parse']],
    [AbortSignal, ['any']],
    [
      Set.prototype,
      [
        'union',
        'intersection',
        'difference',
        'symmetricDifference',
        'isSubsetOf',
        'isSupersetOf',
        'isDisjointFrom',
      ],
    ],
    [
      Object.getPrototypeOf(Object.getPrototypeOf([].values())) as object,
      [
        'map',
        'filter',
        'take',
        'drop',
        'flatMap',
        'toArray',
        'some',
        'every',
        'find',
        'forEach',
        'reduce',
      ],
    ],
    [HTMLElement.prototype, ['popover', 'showPopover', 'hidePopover', 'togglePopover']],
    [window, ['requestIdleCallback', 'Iterator']],
    [Document.prototype, ['startViewTransition']],
  ];
  for (const [owner, names] of later) for (const name of names) Reflect.deleteProperty(owner, name);
}

/** In a browser without Promise.withResolvers, the password dialog did not open (C5). */
test('opens the account menu and the password dialog in a browser of Baseline 2023', async ({
  page,
  baseURL,
  time,
  traffic,
}) => {
  traffic.expectConsole(/status of 403/);
  await page.addInitScript(removeWhatCameLater);
  const user = await signUpElsewhere(baseURL ?? '');
  await signIn(page, user.username, user.password);

  const opener = page.getByRole('button', { name: `Account of ${user.username}` });
  const link = page.getByRole('link', { name: 'Your account' });
  await expect(link).toBeHidden();
  await opener.click();
  await expect(opener).toHaveAttribute('aria-expanded', 'true');
  await opener.click();
  await expect(link).toBeHidden();
  await opener.click();
  await link.click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Your account');
  await expect(link).toBeHidden();

  await page.route(
    '**/trpc/account.changePassword',
    async (route) => {
      await time.passMeanwhile(601);
      await route.continue();
    },
    { times: 1 },
  );
  await page.getByLabel('Current password', { exact: true }).fill(PASSWORD);
  await page.getByLabel('New password', { exact: true }).fill('marble heron cinnamon ladder');
  await page.getByRole('button', { name: 'Change password' }).click();
  await expect(page.getByRole('dialog')).toHaveAccessibleName('Confirm your password');
  await page.getByRole('dialog').getByLabel('Your password', { exact: true }).fill(PASSWORD);
  await page.keyboard.press('Enter');
  await expect(
    page.getByText('Your password is changed, and your other sessions have ended.'),
  ).toBeVisible();
});
