import type { AuditRecord, AuditVerdict } from '@latchkey/sql';
import { type Command, CommandError, instant, OPERATOR } from './command.ts';

const PAGE = 500;
/** The most removals that `audit verify` lists as text. */
const REMOVALS_SHOWN = 10;

export const AUDIT_COMMANDS: Readonly<Record<string, Command>> = {
  'audit verify': {
    summary: 'verifies the audit log against its seals; exits with 1 if it was tampered with',
    options: {
      '--hash <hash>':
        'a seal hash from the server log: it must be in the chain, or the newest seals are missing',
    },
    async run(input) {
      const { seals } = await input.services();
      const verdict = await seals.verify(input.options.hash, (done) =>
        input.terminal.progress(`${done} seals verified`),
      );
      const text =
        verdict.kind === 'intact'
          ? [
              `The audit log is intact: ${verdict.events} events under ${verdict.seals} seals, ${verdict.unsealed} not sealed yet.`,
              ...removalLines(verdict),
              ...(verdict.hash ? [`Last hash: ${verdict.hash}`] : []),
            ].join('\n')
          : brokenAt(verdict);
      return { text, data: verdict, holds: verdict.kind === 'intact' };
    },
  },

  'audit prune': {
    summary: 'removes old events from the audit log, and records that; see AUDIT_RETENTION_DAYS',
    options: { '--before <date>': 'removes events that were sealed before, as in 2026-01-31' },
    async run(input) {
      const { before: given } = input.options;
      const before = dateIn(given);
      const { retention, clock } = await input.services();
      if (before > clock.now())
        throw new CommandError(`--before is ${given}: it must not be in the future.`, 2);
      const result = await retention.prune({
        before,
        actor: OPERATOR,
        servesRequests: false,
        goOn(deleted) {
          input.terminal.progress(`${deleted} events removed`);
          return true;
        },
      });
      const lines = [
        `${result.deleted} events that were sealed before ${instant(before)} were removed.`,
        ...(result.kind === 'broken' ? [brokenAt(result), 'From there on it is kept.'] : []),
      ];
      return { text: lines.join('\n'), data: result, holds: result.kind === 'pruned' };
    },
  },

  'audit export': {
    summary: 'prints each audit event as one line of JSON, newest first',
    options: { '--user <id>': 'only events about that user id' },
    async run(input) {
      const { auditLog } = await input.services();
      for (let before: number | undefined; ; ) {
        const page: AuditRecord[] = await auditLog.list({
          userId: input.options.user,
          before,
          limit: PAGE,
        });
        for (const { at, ...record } of page)
          await input.terminal.print(JSON.stringify({ ...record, at: instant(at) }));
        before = page.at(-1)?.id;
        if (page.length < PAGE) break;
      }
      return { text: '', data: undefined };
    },
  },
};

const brokenAt = ({ seal, why }: { readonly seal: number; readonly why: string }) =>
  `The audit log is broken at seal ${seal}: ${why}.`;

/** Lists what retention has removed, the newest removals first. */
function removalLines({
  removals,
  removing,
}: Extract<AuditVerdict, { readonly kind: 'intact' }>): string[] {
  const lines = removals
    .slice(-REMOVALS_SHOWN)
    .toReversed()
    .map(
      ({ firstSeal, lastSeal, lastSealedAt, events, removedAt, removedBy }) =>
        `Removed on ${instant(removedAt)} by ${removedBy}: ${events} events under seals ${firstSeal} to ${lastSeal}, sealed until ${instant(lastSealedAt)}.`,
    );
  if (removals.length > REMOVALS_SHOWN)
    lines.push(`${removals.length - REMOVALS_SHOWN} earlier removals: see --json.`);
  if (removing > 0) lines.push(`${removing} of these events are not deleted yet.`);
  return lines;
}

/** Reads the option `--before`. */
function dateIn(text: string | undefined): number {
  const isDate = /^\d{4}-\d{2}-\d{2}(T[\d:.]+(Z|[+-]\d{2}:\d{2}))?$/.test(text ?? '');
  const at = isDate ? Date.parse(text ?? '') : Number.NaN;
  if (Number.isNaN(at))
    throw new CommandError(
      `--before is ${text === undefined ? 'missing' : `"${text}"`}: give a date such as 2026-01-31, or an instant such as 2026-01-31T12:00:00Z.`,
      2,
    );
  return at;
}
