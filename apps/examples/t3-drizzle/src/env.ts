import { z } from 'zod';

export const env = z
  .object({
    NODE_ENV: z.enum(['development', 'test', 'production']).default('development'),
    PORT: z.coerce.number().default(3001),
    DATABASE_URL: z.string().default('file:./db.sqlite'),
    AUTH_SECRET: z.string().default('newsroom-only-for-development-newsroom-only'),
    ACCESS_TOKEN_MINUTES: z.coerce.number().default(10),
    REFRESH_TOKEN_DAYS: z.coerce.number().default(14),
  })
  .parse(process.env);
