import { statedReason } from '../features/admin/admin-input.ts';
import { type Command, CommandError, instant, OPERATOR } from './command.ts';
import { findUser } from './users.ts';

/**
 * Parses a reason.
 *
 * @throws CommandError naming the option
 */
function reasonIn(option: string, text: string | undefined): string | undefined {
  const reason = statedReason.safeParse(text);
  if (!reason.success)
    throw new CommandError(`${option} is "${text}": ${reason.error.issues[0]?.message}.`, 2);
  return reason.data;
}

export const RESCUE_COMMANDS: Readonly<Record<string, Command>> = {
  'users rescue <username>': {
    summary: 'takes a hijacked account back: ends all sessions, prints a one-time password',
    options: {
      '--reason <text>': 'for the audit log',
      '--tell <text>': 'the reason shown to the user',
    },
    async run(input) {
      const statedReason = reasonIn('--reason', input.options.reason);
      const shownReason = reasonIn('--tell', input.options.tell);
      const services = await input.services();
      const { id, username } = await findUser(services, input.arguments.username ?? '');
      const by = { ...OPERATOR, statedReason, shownReason };
      const { password, expiresAt } = await services.accounts.rescue(id, by);
      const until = instant(expiresAt);
      return {
        text: `${username} is signed out everywhere, and the old password no longer works.\nOne-time password, until ${until}: ${password}\nIt works for one sign-in, at which ${username} has to choose a password.`,
        data: { id, username, oneTimePassword: password, expiresAt: until },
      };
    },
  },
};
