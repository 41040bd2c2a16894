import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { SessionLayer } from '@latchkey/core';
import express from 'express';
import express4 from 'express4';
import fastify from 'fastify';
import Koa from 'koa';
import { type Middleware, sessionOf } from '../adapters/middleware.ts';
import { latchkey } from '../adapters/node-middleware.ts';
import { sendError } from '../adapters/send-error.ts';
import { refusal } from '../errors.ts';
import { ADA } from './demo-layer.ts';

/** A running app with `POST /sign-in`, `GET /mine` and `POST /sign-out`. */
export interface RunningServer {
  readonly origin: string;
  close(): Promise<void>;
}

/**
 * The answer of `GET /mine`: the caller, and the Cookie header as middleware after ours reads it.
 */
export interface Mine {
  readonly username: string;
  readonly cookieHeader: string | undefined;
}

type Start = (layer: SessionLayer) => Promise<RunningServer>;

/** Starts the same app on each framework that `latchkey()` supports. */
export const FRAMEWORKS: Readonly<Record<string, Start>> = {
  'Express 5': (layer) => listening(createServer(routes(express(), layer))),

  'Express 4': (layer) => listening(createServer(routes(express4(), layer))),

  async 'Fastify 5'(layer) {
    const app = fastify();
    const authenticate = latchkey({ layer });
    app.addHook('onRequest', (request, reply, done) =>
      authenticate(request.raw, reply.raw, (error) => done(error as Error | undefined)),
    );
    app.post('/sign-in', async ({ raw }) => {
      await sessionOf(raw).actions.signIn(ADA);
      return { message: 'Signed in' };
    });
    app.get('/mine', ({ raw }, reply) => {
      const { principal, outage } = sessionOf(raw);
      if (!principal) return sendError(reply.raw, outage ?? refusal('no_credentials'));
      return reply.send({ username: principal.username, cookieHeader: raw.headers.cookie });
    });
    app.post('/sign-out', async ({ raw }) => {
      await sessionOf(raw).actions.signOut();
      return { message: 'Signed out' };
    });
    return { origin: await app.listen({ port: 0, host: 'localhost' }), close: () => app.close() };
  },

  'Koa 3'(layer) {
    const app = new Koa();
    const authenticate = latchkey({ layer });
    app.use(async (context, next) => {
      const passed = await new Promise<boolean>((resolve, reject) => {
        context.res.once('close', () => resolve(false));
        authenticate(context.req, context.res, (error) =>
          error === undefined ? resolve(true) : reject(error as Error),
        );
      });
      /** Continues only if the request passed: a refused one has been answered. */
      if (passed) await next();
      else context.respond = false;
    });
    app.use(async (context) => {
      const { actions, principal, outage } = sessionOf(context.req);
      if (context.path === '/sign-in') await actions.signIn(ADA);
      if (context.path === '/sign-out') await actions.signOut();
      if (context.path === '/mine' && !principal) {
        context.respond = false;
        return sendError(context.res, outage ?? refusal('no_credentials'));
      }
      context.body = { username: principal?.username, cookieHeader: context.req.headers.cookie };
    });
    return listening(createServer(app.callback()));
  },

  'node:http'(layer) {
    const authenticate = latchkey({ layer });
    return listening(
      createServer((request, response) =>
        authenticate(request, response, async (error) => {
          if (error !== undefined) return sendError(response, error);
          const { actions, principal, outage } = sessionOf(request);
          const answer = (body: object) => response.end(JSON.stringify(body));
          switch (`${request.method} ${request.url}`) {
            case 'POST /sign-in':
              await actions.signIn(ADA);
              return answer({ message: 'Signed in' });
            case 'GET /mine':
              if (!principal) return sendError(response, outage ?? refusal('no_credentials'));
              return answer({ username: principal.username, cookieHeader: request.headers.cookie });
            case 'POST /sign-out':
              await actions.signOut();
              return answer({ message: 'Signed out' });
            default:
              return sendError(response, refusal('not_found'));
          }
        }),
      ),
    );
  },
};

/** The common interface of Express 4 and 5. */
interface ExpressApp {
  use(...middlewares: Middleware[]): unknown;
  get(path: string, handler: Handler): unknown;
  post(path: string, handler: Handler): unknown;
}
type Handler = (
  request: Parameters<Middleware>[0],
  response: Parameters<Middleware>[1] & { json(body: object): unknown },
) => unknown;

function routes(app: unknown, layer: SessionLayer): RequestListener {
  const express = app as ExpressApp;
  express.use(latchkey({ layer }));
  express.post('/sign-in', async (request, response) => {
    await sessionOf(request).actions.signIn(ADA);
    response.json({ message: 'Signed in' });
  });
  express.get('/mine', (request, response) => {
    const { principal, outage } = sessionOf(request);
    if (!principal) return sendError(response, outage ?? refusal('no_credentials'));
    response.json({ username: principal.username, cookieHeader: request.headers.cookie });
  });
  express.post('/sign-out', async (request, response) => {
    await sessionOf(request).actions.signOut();
    response.json({ message: 'Signed out' });
  });
  return app as RequestListener;
}

async function listening(server: Server): Promise<RunningServer> {
  server.listen(0, 'localhost');
  await once(server, 'listening');
  return {
    origin: `http://localhost:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
