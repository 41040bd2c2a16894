import { z } from 'zod';
import { protectedProcedure, roleProcedure } from '../../api/trpc.ts';

const tags = ['Demo'];

/** A sample procedure for every signed-in user. */
export const dashboard = protectedProcedure
  .meta({
    openapi: {
      method: 'GET',
      path: '/dashboard',
      summary: 'For any signed-in user',
      tags,
      protect: true,
      errorResponses: [401, 503],
    },
  })
  .output(z.string())
  .query(() => 'Hello User!');

/** A sample procedure for administrators. */
export const adminOnly = roleProcedure('Admin')
  .meta({
    openapi: {
      method: 'GET',
      path: '/admin-only',
      summary: 'For the role Admin',
      tags,
      protect: true,
      errorResponses: [401, 403, 503],
    },
  })
  .output(z.string())
  .query(() => 'Hello Admin!');
