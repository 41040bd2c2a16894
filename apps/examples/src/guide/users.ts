/** The app's table, in any form: Latchkey neither reads nor writes it. Yours holds hashes. */
export const accounts = [
  { id: 7, email: 'ada@example.com', password: 'right', role: 'Admin', isVerified: true },
  { id: 8, email: 'bob@example.com', password: 'right', role: 'User', isVerified: true },
  { id: 9, email: 'new@example.com', password: 'right', role: 'User', isVerified: false },
];

/** Describes a row to Latchkey: sessions belong to the id, and the username may change. */
const asUser = ({ id, email, role }: (typeof accounts)[number]) => ({
  id: `${id}`,
  username: email,
  role,
  tokenVersion: 0,
  disabled: false,
});

export async function findUser(id: string) {
  const account = accounts.find((one) => `${one.id}` === id);
  return account ? asUser(account) : null;
}

export async function checkPassword(email: string, password: string) {
  const account = accounts.find((one) => one.email === email && one.password === password);
  return account ? asUser(account) : null;
}
