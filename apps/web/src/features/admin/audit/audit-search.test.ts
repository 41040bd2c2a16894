import { expect, it } from 'vitest';
import { auditFilterOf, csvUrlOf, TOPICS } from './audit-filter.ts';
import { auditSearchOf } from './audit-search.ts';

it('the audit page reads valid search parameters and drops all others', () => {
  const valid = {
    about: 'keys',
    actor: 'ann',
    text: '10.0.',
    from: '2026-11-01',
    to: '2026-11-24',
    sessionId: 's',
    before: 7,
  };
  expect(auditSearchOf({ ...valid, before: '7', unknown: 'x' })).toEqual(valid);
  expect(
    Object.values(
      auditSearchOf({
        about: 'all',
        actor: ' ',
        text: 'x'.repeat(129),
        from: 'yesterday',
        to: '2026-13-45',
        before: '-1',
      }),
    ),
  ).toEqual(Array(7).fill(undefined));
});

it('the filter of the audit page selects whole days, the last one included', () => {
  const { since, until } = auditFilterOf({ from: '2026-11-24', to: '2026-11-24' });
  expect(until).toBe((since ?? 0) + 86_400_000);
});

it('the URL of the CSV file contains the filter, but not the page', () => {
  const address = new URL(
    csvUrlOf({ about: 'incidents', actor: 'a&b', before: 9 }),
    'http://localhost',
  );
  expect(Object.fromEntries(address.searchParams)).toEqual({
    actor: 'a&b',
    kinds: TOPICS.incidents[1].join(','),
  });
});
