import type { RestMeta } from '@latchkey/trpc';
import { type AnyTRPCProcedure, type AnyTRPCRouter, callTRPCProcedure } from '@trpc/server';
import { type Request, type Response, Router } from 'express';
import { isTextFile, sendTextFile } from '../edge/files/file-answer.ts';

/**
 * Mounts the procedures that have `meta.openapi` as plain HTTP routes, under the same policies as
 * under `/trpc`. Strings are answered as text, files as files, other outputs as JSON.
 */
export function restRoutes<Context>(
  router: AnyTRPCRouter,
  createContext: (options: { req: Request; res: Response }) => Context,
): Router {
  const routes = Router();
  for (const [path, procedure] of Object.entries(
    router._def.procedures as Record<string, AnyTRPCProcedure>,
  )) {
    const place = (procedure._def.meta as RestMeta | undefined)?.openapi;
    if (!place) continue;
    const mount = place.method === 'GET' ? routes.get.bind(routes) : routes.post.bind(routes);
    mount(place.path, async (req: Request, res: Response) => {
      const output: unknown = await callTRPCProcedure({
        router,
        path,
        type: procedure._def.type,
        ctx: createContext({ req, res }),
        getRawInput: async () => (place.method === 'GET' ? req.query : req.body),
        signal: undefined,
        batchIndex: 0,
      });
      if (isTextFile(output)) await sendTextFile(req, res, output);
      else if (typeof output === 'string') res.type('text/plain').send(output);
      else res.json(output);
    });
  }
  return routes;
}
