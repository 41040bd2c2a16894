import { expect, it } from 'vitest';
import { countLines } from './app-files.ts';

it('a bare tRPC app adopts Latchkey in at most 15 lines on the server and 10 in the client', () => {
  const { server, client } = countLines();
  expect(server).toBeGreaterThan(5);
  expect(server).toBeLessThanOrEqual(15);
  expect(client).toBeGreaterThan(5);
  expect(client).toBeLessThanOrEqual(10);
});
