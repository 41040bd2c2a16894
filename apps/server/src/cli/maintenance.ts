import { generateSecret } from '../config/secret.ts';
import { KEEP_EXPIRED_SECONDS, purgeSessions } from '../features/sessions/purge-sessions.ts';
import { openAppDatabase, pendingAppMigrations } from '../services/app-database.ts';
import type { Command } from './command.ts';

export const MAINTENANCE_COMMANDS: Readonly<Record<string, Command>> = {
  migrate: {
    summary: 'migrates the schema of DATABASE_URL (the server does so when it starts)',
    options: { '--dry-run': 'prints the SQL without running it' },
    async run(input) {
      const { databaseUrl } = input.env();
      if (input.options.dryRun) {
        const pending = await pendingAppMigrations(databaseUrl);
        const text = pending
          .map(({ name, statements }) =>
            [`-- ${name}`, ...statements.map((statement) => `${statement};`)].join('\n'),
          )
          .join('\n\n');
        return { text: text || '-- up to date', data: pending };
      }
      const { migrated, description, close } = await openAppDatabase(databaseUrl);
      await close();
      return {
        text:
          migrated.length > 0
            ? `${description}: ran ${migrated.join(', ')}`
            : `${description}: up to date`,
        data: { migrated },
      };
    },
  },

  purge: {
    summary:
      'deletes sessions that expired more than a day ago (the server does so every ten minutes)',
    async run(input) {
      const { purgeable, clock } = await input.services();
      const removed = await purgeSessions(purgeable, clock.now() - KEEP_EXPIRED_SECONDS * 1000, {
        servesRequests: false,
        goOn(soFar) {
          input.terminal.progress(`${soFar} removed`);
          return true;
        },
      });
      return {
        text: `${removed} expired ${removed === 1 ? 'session' : 'sessions'} removed.`,
        data: { removed },
      };
    },
  },

  secret: {
    summary: 'prints a new LATCHKEY_SECRET',
    async run() {
      const secret = generateSecret();
      return { text: secret, data: { secret } };
    },
  },
};
