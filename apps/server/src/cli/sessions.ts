import { receiptViewOf } from '../features/receipts/receipt-procedures.ts';
import { sessionCursorIn, sessionPageOf } from '../features/sessions/session-page.ts';
import { type Command, CommandError, instant, OPERATOR, table } from './command.ts';
import { findUser } from './users.ts';

/** Number of sessions read in one page. */
const PAGE = 200;

export const SESSION_COMMANDS: Readonly<Record<string, Command>> = {
  'sessions list <username>': {
    summary: "lists a user's live sessions, newest sign-in first",
    options: { '--cursor <cursor>': 'the `nextCursor` of the previous page' },
    async run(input) {
      const services = await input.services();
      const { id, username } = await findUser(services, input.arguments.username ?? '');
      const { cursor } = input.options;
      if (cursor !== undefined && !sessionCursorIn(cursor))
        throw new CommandError(`--cursor is "${cursor}": it must be the nextCursor of a page.`, 2);
      const { sessions, nextCursor } = await sessionPageOf(
        services.layer,
        id,
        { limit: PAGE, cursor },
        null,
      );
      const rows = sessions.map((session) => {
        const { current: _, createdAt, lastSeenAt, expiresAt, ...view } = session;
        return {
          ...view,
          createdAt: instant(createdAt),
          lastSeenAt: instant(lastSeenAt),
          expiresAt: instant(expiresAt),
        };
      });
      const cells = rows.map((row) => [
        row.id,
        row.browser ?? '-',
        row.system ?? '-',
        row.ipAddress ?? '-',
        row.lastSeenAt,
        row.createdAt,
      ]);
      const list =
        rows.length > 0
          ? table(['ID', 'BROWSER', 'SYSTEM', 'ADDRESS', 'LAST SEEN', 'CREATED'], cells)
          : `${username} has no live session.`;
      return {
        text: nextCursor === null ? list : `${list}\nFor more sessions: --cursor "${nextCursor}"`,
        data: { sessions: rows, nextCursor },
      };
    },
  },

  'sessions why <id-or-reference>': {
    summary: 'prints why a session ended, by its id or the reference that its user sees',
    async run(input) {
      const { receipts, users } = await input.services();
      const wanted = input.arguments['id-or-reference'] ?? '';
      const found = await receipts.explain(wanted);
      if (!found)
        throw new CommandError(
          `There is no ended session "${wanted}". It may still be live, or have ended more than three months ago.`,
        );
      const { at, ...receipt } = receiptViewOf(found);
      const username = (await users.findById(receipt.userId))?.username ?? null;
      const text = `${receipt.reference}: the session of ${username ?? receipt.userId} ended ${instant(at)} (${receipt.cause}, by ${receipt.by}). The user is told: ${receipt.explanation}`;
      return { text, data: { ...receipt, at: instant(at), username } };
    },
  },

  'sessions revoke [session-id]': {
    summary: 'ends one session; with --user, every session of that user',
    options: { '--user <username>': 'whose sessions to end' },
    async run(input) {
      const sessionId = input.arguments['session-id'];
      if ((sessionId === undefined) === (input.options.user === undefined))
        throw new CommandError('Name either a session id or --user USERNAME.', 2);
      const services = await input.services();
      if (sessionId !== undefined) {
        if (!(await services.layer.revoke(sessionId, 'administrator', OPERATOR)))
          throw new CommandError(
            `There is no live session "${sessionId}". npm run cli -- sessions list USERNAME shows them.`,
          );
        return { text: 'The session has ended.', data: { ended: [sessionId] } };
      }
      const { id, username } = await findUser(services, input.options.user ?? '');
      const ended = await services.layer.revokeUserSessions(id, 'administrator', OPERATOR);
      return {
        text: `${ended.length} ${ended.length === 1 ? 'session' : 'sessions'} of ${username} ended.`,
        data: { ended },
      };
    },
  },
};
