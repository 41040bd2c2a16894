import { refusal, sendError, sessionOf } from '@latchkey/http';
import { latchkey } from '@latchkey/trpc';
import { createExpressMiddleware } from '@trpc/server/adapters/express';
import express from 'express';
import type { Sessions } from './auth/sessions';
import { config } from './config';
import { db } from './db';
import { appRouter } from './routers';
import { createContext } from './trpc';

export function createApp(sessions: Sessions) {
  const app = express();
  app.set('trust proxy', 'loopback');

  app.get('/healthz', (_req, res) => {
    res.send('ok');
  });

  app.use(
    latchkey({
      layer: sessions.layer,
      allowedOrigins: [config.webOrigin],
      cookies: { secure: config.secureCookies },
    }),
  );

  app.get('/export.csv', (req, res, next) => {
    const { principal, outage } = sessionOf(req);
    if (!principal) return sendError(res, outage ?? refusal('no_credentials'));
    db('entries')
      .join('projects', 'projects.id', 'entries.project_id')
      .where({ user_id: Number(principal.userId) })
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

  app.use(
    '/trpc',
    createExpressMiddleware({ router: appRouter, createContext: createContext(sessions) }),
  );
  return app;
}
