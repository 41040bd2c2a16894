import { expect, it } from 'vitest';
import { auditFilterOf, csvAddressOf, TOPICS } from './audit-filter.ts';
import { auditSearchOf } from './audit-search.ts';

it('takes from the address what makes sense, and no more', () => {
  const sensible = {
    about: 'keys',
    actor: 'ann',
    text: '10.0.',
    from: '2026-11-01',
    to: '2026-11-24',
    sessionId: 's',
    before: 7,
  };
  expect(auditSearchOf({ ...sensible, before: '7', stranger: 'x' })).toEqual(sensible);
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

it('asks for whole days, the last one included', () => {
  const { since, until } = auditFilterOf({ from: '2026-11-24', to: '2026-11-24' });
  expect(until).toBe((since ?? 0) + 86_400_000);
});

it('hands the same filter to the file, and never the page', () => {
  const address = new URL(
    csvAddressOf({ about: 'incidents', actor: 'a&b', before: 9 }),
    'http://localhost',
  );
  expect(Object.fromEntries(address.searchParams)).toEqual({
    actor: 'a&b',
    kinds: TOPICS.incidents[1].join(','),
  });
});
