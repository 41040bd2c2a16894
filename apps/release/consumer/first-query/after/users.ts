import { randomSecret } from '@latchkey/core';

/** The app's own users: your table, and your check of a password's hash. */
const ada = { id: '7', username: 'ada', role: 'User', tokenVersion: 0, disabled: false };

export const findUser = async (id: string) => (id === ada.id ? ada : null);
export const checkPassword = async (username: string, password: string) =>
  username === ada.username && password === 'right' ? ada : null;

/** 32 random bytes in base64url. Keep yours where you keep secrets. */
export const secret = process.env.SECRET ?? randomSecret(32).toString('base64url');
