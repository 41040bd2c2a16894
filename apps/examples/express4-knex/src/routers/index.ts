import { router } from '../trpc';
import { authRouter } from './auth';
import { entriesRouter } from './entries';

export const appRouter = router({ auth: authRouter, entries: entriesRouter });

export type AppRouter = typeof appRouter;
