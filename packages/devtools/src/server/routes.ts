import type { ServerResponse } from 'node:http';
import type { Middleware, NodeRequest } from '@latchkey/http';
import { publicError, sendError } from '@latchkey/trpc';

/** Answers one request of a signed-in caller. May throw a refusal, or reject with one. */
export type Route = (
  request: NodeRequest,
  response: ServerResponse,
  parameter: string,
) => void | Promise<void>;

/** Routes by method and first segment below the path, such as `GET events`. */
export type Routes = Readonly<Record<string, Route>>;

/**
 * Finds the route of a request below `path`. A second segment is its parameter.
 *
 * @returns a middleware to run after the session's; null if no route matches
 */
export function routeOf(routes: Routes, path: string, request: NodeRequest): Middleware | null {
  const { method = 'GET', url = '/' } = request;
  /** The whole URL, because Express shortens `url` below a mount path. */
  const whole = (request as { originalUrl?: string }).originalUrl ?? url;
  const [pathname = ''] = whole.split('?');
  if (!pathname.startsWith(`${path}/`)) return null;
  const [name = '', parameter = '', ...rest] = pathname.slice(path.length + 1).split('/');
  const key = `${method} ${name}${parameter === '' ? '' : '/:'}`;
  const route = rest.length === 0 && Object.hasOwn(routes, key) ? routes[key] : undefined;
  return route ? answering(route, parameter) : null;
}

/** Makes a middleware that answers what a route refuses; other errors are the app's to log. */
function answering(route: Route, parameter: string): Middleware {
  return async (request, response, next) => {
    try {
      await route(request, response, parameter);
    } catch (error) {
      if (publicError(error).reason === 'internal') next(error);
      else sendError(response, error);
    }
  };
}

/** Answers a request with JSON. */
export function sendJson(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' });
  response.end(JSON.stringify(body));
}
