import { stepTwo } from '../moving/step-2.ts';
import { movingLibrary } from '../moving/testing/moving-library.ts';
import { stepZero } from './step-0.ts';
import { stepOneFromExpressSession } from './step-1.ts';

/**
 * `npm run example -- from-express-session`: plays the move from express-session on a temporary
 * PostgreSQL, with a test clock, and prints what the browsers see.
 */
const library = await movingLibrary();
const DAY = 86_400;

async function show(what: string): Promise<void> {
  const cookies = (of: typeof ada) => [...of.browser.cookies().keys()].join(', ') || 'none';
  console.log(
    `${what}\n  ada: ${(await ada.loans()).status}, cookies: ${cookies(ada)}\n  bob: ${(await bob.loans()).status}, cookies: ${cookies(bob)}`,
  );
}

await library.deploy(await stepZero(library.deployment));
const ada = await library.signedIn('ada');
const bob = await library.signedIn('bob');
const carla = await library.signedIn('carla');
await show('Step 0, express-session alone:');

await library.deploy(await stepOneFromExpressSession(library.deployment));
const twenty = await Promise.all(Array.from({ length: 20 }, () => ada.loans()));
console.log(
  `Step 1, twenty requests of ada at once: ${twenty.map(({ status }) => status).join(' ')}; sessions: ${(await library.liveSessionsOf('ada')).length}`,
);
await show('Their next requests:');
await show('One more request of each, which shows that they hold the new session:');
library.clock.advance(60);
await show('A minute later, the old session is dropped:');
library.clock.advance(5 * DAY);
await show('After five days:');

await library.deploy(await stepTwo(library.deployment));
await show('Step 2, the bridge is closed:');
console.log(`Carla, who sent no request during step 1: ${(await carla.loans()).status}`);
await library.close();
