import bcrypt from 'bcryptjs';
import { config } from '../config';
import { db, type UserRow } from '../db';

// compared against when the user does not exist, so that both cases take the same time
const DUMMY_HASH = bcrypt.hashSync('no such user', config.bcryptRounds);

export function hashPassword(password: string): Promise<string> {
  return bcrypt.hash(password, config.bcryptRounds);
}

export async function checkPassword(email: string, password: string): Promise<UserRow | null> {
  const user = await db<UserRow>('users').where({ email: email.toLowerCase() }).first();
  const matches = await bcrypt.compare(password, user?.password_hash ?? DUMMY_HASH);
  return user && matches && user.active ? user : null;
}
