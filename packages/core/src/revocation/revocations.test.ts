import { describe, expect, it } from 'vitest';
import { noAuditLog } from '../audit/audit-log.ts';
import type { Grant } from '../session/grant.ts';
import { createSessionLayer } from '../session-layer.ts';
import { client, ring } from '../testing/fixtures/layer-fixture.ts';
import { twoNodes } from '../testing/fixtures/two-nodes.ts';
import { oneTransaction } from '../testing/one-transaction.ts';
import { memoryRevocationFeed } from './memory-revocation-feed.ts';

const nodes = twoNodes();

describe('access tokens', () => {
  it.each<[string, string, (grant: Grant) => Promise<unknown>]>([
    [
      'revoked',
      'session_revoked',
      ({ sessionId }) => nodes.here.revoke(sessionId, 'administrator'),
    ],
    [
      'signed out',
      'session_revoked',
      ({ refreshToken }) =>
        nodes.here.revokePresentedSessions(
          { refreshTokens: [refreshToken ?? ''], usernames: ['alice'] },
          'signed_out',
          client,
        ),
    ],
    [
      'revoked with all sessions of its user',
      'session_revoked',
      () => nodes.here.revokeUserSessions('a', 'user_disabled'),
    ],
  ])(
    'rejects an unexpired access token on every node once its session is %s',
    async (_title, reason, end) => {
      const [doomed, other] = [
        await nodes.issue(),
        await nodes.here.issue({ ...nodes.alice, id: 'b' }, client),
      ];
      expect([nodes.outcome(doomed, nodes.here), nodes.outcome(doomed)]).toEqual([
        'authenticated',
        'authenticated',
      ]);
      await end(doomed);
      expect([nodes.outcome(doomed, nodes.here), nodes.outcome(doomed)]).toEqual([reason, reason]);
      expect(nodes.outcome(other)).toBe('authenticated');
    },
  );

  it('accepts the access token of a revoked session until it expires if there is no feed', async () => {
    const alone = createSessionLayer({
      ring,
      store: nodes.store,
      clock: nodes.clock,
      users: nodes.users,
    });
    await alone.start();
    const grant = await nodes.issue(alone);
    await alone.revokeUserSessions('a', 'administrator');
    expect([nodes.outcome(grant, alone), alone.isFeedUpToDate()]).toEqual(['authenticated', true]);
    await alone.close();
  });

  it('authenticates a valid access token beside a revoked one, in any order', async () => {
    const [doomed, good] = [await nodes.issue(), await nodes.issue()];
    await nodes.here.revoke(doomed.sessionId, 'signed_out');
    for (const tokens of [
      [doomed.accessToken, good.accessToken],
      [good.accessToken, doomed.accessToken],
    ])
      expect(nodes.there.authenticate(tokens, nodes.clock.now())).toMatchObject({
        kind: 'authenticated',
        principal: { sessionId: good.sessionId },
      });
    expect(
      nodes.there.authenticate(['junk', doomed.accessToken, 'junk'], nodes.clock.now()),
    ).toEqual({
      kind: 'anonymous',
      reason: 'session_revoked',
    });
  });

  it.each([
    ['no audit log', undefined],
    ['one without transactions', noAuditLog(undefined)],
  ])(
    'acts on a change after its commit, and never after a rollback, with %s (S1)',
    async (_log, auditLog) => {
      const { afterCommit, transaction } = oneTransaction();
      const { publish, subscribe } = memoryRevocationFeed(nodes.clock, afterCommit);
      const heard: string[] = [];
      const node = createSessionLayer({
        ring,
        store: nodes.store,
        clock: nodes.clock,
        users: nodes.users,
        feed: { publish, subscribe, afterCommit },
        ...(auditLog && { auditLog }),
        onEvent: ({ kind }) => heard.push(kind),
      });
      await node.start();
      const grant = await nodes.issue(node);
      const change = (fault?: Error) =>
        transaction(async () => {
          await node.revokeUserSessions('a', 'password_changed');
          expect(nodes.outcome(grant, node)).toBe('authenticated');
          if (!auditLog) expect(heard).toEqual(['session.issued']);
          if (fault) throw fault;
        });
      await expect(change(new Error('rolled back'))).rejects.toThrow('rolled back');
      expect(nodes.outcome(grant, node)).toBe('authenticated');
      await change();
      expect(nodes.outcome(grant, node)).toBe('token_version');
      await node.close();
    },
  );

  it('rejects a revoked access token on a node that starts later, and not on a closed node', async () => {
    const grant = await nodes.issue();
    await nodes.there.close();
    await nodes.here.revoke(grant.sessionId, 'signed_out');
    const late = nodes.node();
    expect(late.isFeedUpToDate()).toBe(false);
    await late.start();
    expect([
      nodes.outcome(grant, late),
      nodes.outcome(grant, nodes.there),
      late.isFeedUpToDate(),
    ]).toEqual(['session_revoked', 'authenticated', true]);
  });
});
