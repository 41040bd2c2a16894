import { expectAccessibleInEveryView } from '../support/axe.ts';
import { test } from '../support/fixtures.ts';
import { PAGES } from '../support/views.ts';

// Each page is opened once; the test then changes its theme and width without a reload.
for (const [name, { open, console }] of Object.entries(PAGES))
  test(`${name} has no axe violation and no horizontal scroll, light and dark, at 390 and 1280 px`, async ({
    page,
    traffic,
    time,
  }) => {
    if (console) traffic.expectConsole(console);
    await open(page, time);
    await expectAccessibleInEveryView(page);
  });
