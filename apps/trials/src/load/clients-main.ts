import { type ClientsCall, clientsHere } from './clients.ts';

/** Runs the clients' part of the scenes, and ends with the process that started it. */
const [origin = '', event = ''] = process.argv.slice(2);
const clients = clientsHere(origin, event);
process.on('message', async ({ method, given }: ClientsCall) => {
  const run = clients[method] as (...given: readonly unknown[]) => Promise<unknown>;
  process.send?.((await run(...given)) ?? null);
});
process.on('disconnect', () => process.exit());
