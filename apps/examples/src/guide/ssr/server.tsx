import { sessionOf } from '@latchkey/http';
import {
  createLatchkeyContext,
  describeSession,
  latchkey,
  type RequestSession,
  responseMeta,
} from '@latchkey/trpc';
import { dehydrate } from '@tanstack/react-query';
import { createExpressMiddleware } from '@trpc/server/adapters/express';
import express from 'express';
import { renderToString } from 'react-dom/server';
import { layer } from '../sessions.ts';
import { App, createClients } from './app.tsx';
import { router } from './router.ts';

/** Renders the page for the caller of this request, who has been refreshed by now. */
function render(session: RequestSession): string {
  const clients = createClients();
  if (!session.outage)
    // during an outage it is unknown who calls, so the browser asks again
    clients.queryClient.setQueryData(clients.latchkey.sessionKey, describeSession(session));
  const html = renderToString(<App clients={clients} />);
  const state = JSON.stringify(dehydrate(clients.queryClient)).replaceAll('<', '\\u003c');
  return `<!doctype html><title>App</title><div id="root">${html}</div>
    <script id="state" type="application/json">${state}</script>
    <script type="module" src="/browser.js"></script>`;
}

const app = express();
app.use(latchkey({ layer }));
app.use(
  '/trpc',
  createExpressMiddleware({ router, createContext: createLatchkeyContext, responseMeta }),
);
app.get('/', (request, response) => {
  response.set('cache-control', 'no-store').send(render(sessionOf(request)));
});
export const server = app.listen(Number(process.env.PORT ?? 3000));
