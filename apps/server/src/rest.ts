import { publicError, type RestMeta } from '@latchkey/trpc';
import { type AnyTRPCProcedure, type AnyTRPCRouter, callTRPCProcedure, TRPCError } from '@trpc/server';
import { type Request, type Response, Router } from 'express';

/**
 * The procedures that have a place in plain HTTP (`meta.openapi`), mounted there: the same code as under `/trpc`, so the same rules.
 * Strings are answered as text, everything else as JSON.
 */
export function restRoutes<Context>(router: AnyTRPCRouter, createContext: (options: { req: Request; res: Response }) => Context): Router {
  const routes = Router();
  for (const [path, procedure] of Object.entries(router._def.procedures as Record<string, AnyTRPCProcedure>)) {
    const place = (procedure._def.meta as RestMeta | undefined)?.openapi;
    if (!place) continue;
    const mount = place.method === 'GET' ? routes.get.bind(routes) : routes.post.bind(routes);
    mount(place.path, async (req: Request, res: Response) => {
      refuseOtherThanJson(req);
      const output: unknown = await callTRPCProcedure({
        router,
        path,
        type: procedure._def.type,
        ctx: createContext({ req, res }),
        getRawInput: async () => (place.method === 'GET' ? req.query : req.body),
        signal: undefined,
        batchIndex: 0,
      });
      if (typeof output === 'string') res.type('text/plain').send(output);
      else res.json(output);
    });
  }
  return routes;
}

/** A body must be JSON. No body needs no content type. */
function refuseOtherThanJson(req: Request): void {
  const hasBody = req.headers['transfer-encoding'] !== undefined || Number(req.headers['content-length'] ?? 0) > 0;
  if (hasBody && !req.is('application/json')) throw new TRPCError({ code: 'UNSUPPORTED_MEDIA_TYPE' });
}

/** Any error as `{ message, reason, requestId }`, with the status and Retry-After it calls for. */
export function sendError(res: Response, error: unknown): void {
  const { httpStatus, message, reason, retryAfterSeconds } = publicError(error);
  if (retryAfterSeconds !== undefined) res.setHeader('retry-after', Math.ceil(retryAfterSeconds));
  res.status(httpStatus).json({ message, reason, requestId: res.getHeader('x-request-id') });
}
