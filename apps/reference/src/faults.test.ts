import { expect, it } from 'vitest';
import { type Documented, documentationFaults } from './faults.ts';
import type { Section } from './read-exports.ts';

const documented = (section: Section, summary: string, example: string | null): Documented => ({
  name: 'thing',
  section,
  file: 'packages/core/src/thing.ts',
  comment: {
    summary: [{ kind: 'text', text: summary }],
    getTags: () =>
      example === null
        ? []
        : ([{ content: [{ kind: 'code', text: `\`\`\`ts\n${example}\n\`\`\`` }] }] as never),
  },
});

const noExample =
  'packages/core/src/thing.ts: thing has no @example. Show a call of 3 to 10 lines.';
const noSummary =
  'packages/core/src/thing.ts: thing has no summary. Say in one sentence what it is.';

it.each(['Functions', 'Components', 'Hooks', 'Classes'] as const)(
  'documentationFaults names file and export of %s without an example',
  (section) => {
    expect(documentationFaults([documented(section, 'A thing.', 'thing();')])).toEqual([]);
    expect(documentationFaults([documented(section, 'A thing.', null)])).toEqual([noExample]);
    expect(documentationFaults([documented(section, 'A thing.', '')])).toEqual([noExample]);
  },
);

it.each(['Types', 'Values'] as const)(
  'documentationFaults requires no example of %s',
  (section) => {
    expect(documentationFaults([documented(section, 'A thing.', null)])).toEqual([]);
  },
);

it('documentationFaults names file and export of a type without a summary', () => {
  expect(documentationFaults([documented('Types', ' ', null)])).toEqual([noSummary]);
  expect(documentationFaults([{ ...documented('Types', '', null), comment: undefined }])).toEqual([
    noSummary,
  ]);
});
