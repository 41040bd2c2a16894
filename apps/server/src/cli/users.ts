import { ROLES, type Role } from '../api/trpc.ts';
import { newPassword, newUsername, usernameOf } from '../features/accounts/account-rules.ts';
import type { FoundUsers, ListedUser } from '../features/accounts/search/user-lists.ts';
import type { UserAccount } from '../features/accounts/user-store.ts';
import type { Services } from '../services/services.ts';
import { type Command, CommandError, instant, OPERATOR, table } from './command.ts';

const PAGE = 200;

/**
 * Finds a user by name.
 *
 * @throws CommandError if the user does not exist
 */
export async function findUser({ users }: Services, username: string): Promise<UserAccount> {
  const account = await users.findAccount(usernameOf(username));
  if (!account)
    throw new CommandError(
      `There is no user "${username}". npm run cli -- users list shows them all.`,
    );
  return account;
}

function roleOf(text: string): Role {
  const role = ROLES.find((known) => known.toLowerCase() === text.toLowerCase());
  if (!role) throw new CommandError(`role is "${text}": use one of ${ROLES.join(', ')}.`, 2);
  return role;
}

const viewOf = ({ id, username, role, disabled, createdAt }: ListedUser) => ({
  id,
  username,
  role,
  disabled,
  createdAt: instant(createdAt),
});

const setDisabled =
  (disabled: boolean): Command['run'] =>
  async (input) => {
    const services = await input.services();
    const { id, username } = await findUser(services, input.arguments.username ?? '');
    await services.accounts.setDisabled(id, disabled, OPERATOR);
    return {
      text: disabled
        ? `${username} is disabled and signed out everywhere.`
        : `${username} may sign in again.`,
      data: { id, username, disabled },
    };
  };

export const USER_COMMANDS: Readonly<Record<string, Command>> = {
  'users list': {
    summary: 'lists the users',
    options: {
      '--search <text>':
        'only usernames that contain this text; a text under three letters: that begin with it',
    },
    async run(input) {
      const { userLists } = await input.services();
      const { search } = input.options;
      const all: ListedUser[] = [];
      let after: FoundUsers['next'] | undefined;
      do {
        const page = await userLists.page({
          search: search && usernameOf(search),
          after: after ?? undefined,
          limit: PAGE,
        });
        all.push(...page.users);
        after = page.next;
        if (page.users.length > 0) input.terminal.progress(`${all.length} users`);
      } while (after);
      const rows = all.map(viewOf);
      const cells = rows.map(({ id, username, role, disabled, createdAt }) => [
        username,
        role,
        disabled ? 'disabled' : 'active',
        createdAt,
        id,
      ]);
      return {
        text:
          rows.length > 0
            ? table(['USERNAME', 'ROLE', 'STATE', 'CREATED', 'ID'], cells)
            : 'No users.',
        data: rows,
      };
    },
  },

  'users create <username>': {
    summary: 'creates a user; prompts for the password, or reads the first line piped in',
    options: { '--role <role>': `${ROLES.join(' or ')}; User by default` },
    async run(input) {
      const role = roleOf(input.options.role ?? 'User');
      const username = newUsername.safeParse(input.arguments.username);
      if (!username.success)
        throw new CommandError(`The username ${username.error.issues[0]?.message}.`);
      const typed = await input.terminal.readSecret(`Password for ${username.data}: `);
      if (typed === null)
        throw new CommandError(
          'The password is empty. Type it at the prompt, or pipe it in: printf %s "$PASSWORD" | npm run cli -- users create …',
          2,
        );
      const password = newPassword.safeParse(typed);
      if (!password.success)
        throw new CommandError(`The password ${password.error.issues[0]?.message}.`);
      const { accounts } = await input.services();
      const { id } = await accounts.create(
        { username: username.data, password: password.data, role },
        OPERATOR,
      );
      return {
        text: `${username.data} is created with the role ${role}.`,
        data: { id, username: username.data, role },
      };
    },
  },

  'users disable <username>': {
    summary: 'disables a user and ends all their sessions',
    run: setDisabled(true),
  },
  'users enable <username>': {
    summary: 'lets a disabled user sign in again',
    run: setDisabled(false),
  },

  'users unlock <username>': {
    summary: 'unlocks a user who is locked after wrong passwords',
    async run(input) {
      const services = await input.services();
      const { id, username } = await findUser(services, input.arguments.username ?? '');
      const unlocked = await services.limits.unlock(username);
      return {
        text: unlocked ? `${username} may sign in again.` : `${username} was not locked.`,
        data: { id, username, unlocked },
      };
    },
  },

  'users remove <username>': {
    summary: 'removes a user and ends all their sessions; the audit log keeps their events',
    async run(input) {
      const services = await input.services();
      const { id, username } = await findUser(services, input.arguments.username ?? '');
      await services.accounts.remove(id, OPERATOR);
      return { text: `${username} is removed and signed out everywhere.`, data: { id, username } };
    },
  },

  'users set-role <username> <role>': {
    summary: 'changes the role of a user and ends all their sessions',
    async run(input) {
      const role = roleOf(input.arguments.role ?? '');
      const services = await input.services();
      const { id, username } = await findUser(services, input.arguments.username ?? '');
      await services.accounts.setRole(id, role, OPERATOR);
      return {
        text: `${username} has the role ${role} from the next sign-in.`,
        data: { id, username, role },
      };
    },
  },
};
