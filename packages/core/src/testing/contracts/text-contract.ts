import type { ContractStage } from './contract-stage.ts';
import { matching, successor } from './contract-stage.ts';
import { text } from './session-record.ts';

/**
 * The longest texts that a session may have, with characters beyond ASCII where they are allowed.
 */
const LONGEST = {
  userId: 'ü'.repeat(32),
  username: '\u{1F511}'.repeat(128),
  userAgent: `${'é'.repeat(511)}"`,
  ipAddress: '2001:db8:ffff:ffff:ffff:ffff:ffff:ffff',
};

/** Defines the tests of the session store contract about texts: kept and compared byte for byte. */
export function textContract(stage: ContractStage): void {
  const { created, expect, it } = stage;

  it('keeps the longest texts of a session, and texts beyond ASCII', async () => {
    const session = await created({
      ...LONGEST,
      generation: 4_294_967_295,
      previousSecretHash: text(32),
      sealedSuccessor: text(120),
    });
    expect(await stage.store.find(session.id)).toEqual(session);
  });

  it('distinguishes null from the empty text when a session is created or rotated', async () => {
    const session = await created({ userAgent: '', ipAddress: null });
    expect(await stage.store.find(session.id)).toEqual(session);
    const next = successor(session, { userAgent: null, ipAddress: '' });
    await stage.store.rotate(matching(session), next);
    expect(await stage.store.find(session.id)).toMatchObject({ userAgent: null, ipAddress: '' });
  });

  it('distinguishes users whose ids differ in case, accents or trailing spaces only', async () => {
    const suffix = text(8);
    const users = ['ada', 'Ada', 'adá', 'ada '].map((name) => `${suffix}${name}`);
    const sessions = await Promise.all(users.map((userId) => created({ userId })));
    for (const [index, userId] of users.entries()) {
      const own = sessions[index];
      const page = await stage.store.findByUser(userId, own?.createdAt ?? 0, { limit: 10 });
      expect(page.sessions.map(({ id }) => id)).toEqual([own?.id]);
      expect(await stage.store.revokeAllOfUser(userId, 'reuse', 1)).toEqual([own?.id]);
    }
  });

  it('rotates no session whose secret hash differs in case only', async () => {
    const session = await created({ secretHash: `aB${text(31)}` });
    const secretHash = session.secretHash.replace('aB', 'Ab');
    const { won } = await stage.store.rotate(matching(session, { secretHash }), successor(session));
    expect(won).toBe(false);
  });
}
