import type { AuditRecord } from '@latchkey/sql';
import { type Command, instant } from './command.ts';

const PAGE = 500;

export const AUDIT_COMMANDS: Readonly<Record<string, Command>> = {
  'audit verify': {
    summary: 'compares the audit log with its seals; exit code 1 when it was tampered with',
    options: {
      '--hash <hash>':
        'one that the server logged: it must be in the chain, or seals are missing at the end',
    },
    async run(input) {
      const { seals } = await input.services();
      const verdict = await seals.verify(input.options.hash, (done) =>
        input.terminal.progress(`${done} seals hold so far`),
      );
      const text =
        verdict.kind === 'intact'
          ? `The audit log is intact: ${verdict.events} events under ${verdict.seals} seals, ${verdict.unsealed} not sealed yet.${verdict.hash ? `\nLast hash: ${verdict.hash}` : ''}`
          : `The audit log is broken at seal ${verdict.seal}: ${verdict.why}.`;
      return { text, data: verdict, holds: verdict.kind === 'intact' };
    },
  },

  'audit export': {
    summary: 'prints every audit event as a line of JSON, the newest first',
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
