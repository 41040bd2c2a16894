import { createExpressMiddleware } from '@trpc/server/adapters/express';
import cookieParser from 'cookie-parser';
import cors from 'cors';
import express from 'express';
import { requireUser } from './auth/middleware';
import { config } from './config';
import { db, type UserRow } from './db';
import { appRouter } from './routers';
import { createContext } from './trpc';

export function createApp() {
  const app = express();
  app.set('trust proxy', 'loopback');
  app.use(cors({ origin: config.webOrigin, credentials: true }));
  app.use(cookieParser());

  app.get('/healthz', (_req, res) => {
    res.send('ok');
  });

  app.get('/export.csv', requireUser, (_req, res, next) => {
    const user: UserRow = res.locals.user;
    db('entries')
      .join('projects', 'projects.id', 'entries.project_id')
      .where({ user_id: user.id })
      .orderBy('day')
      .select('day', 'projects.name', 'hours', 'note')
      .then((rows) => {
        const lines = rows.map((row) =>
          [row.day.toISOString().slice(0, 10), row.name, row.hours, row.note].join(';'),
        );
        res.type('text/csv').send(['day;project;hours;note', ...lines].join('\n'));
      })
      .catch(next);
  });

  app.use('/trpc', createExpressMiddleware({ router: appRouter, createContext }));
  return app;
}
