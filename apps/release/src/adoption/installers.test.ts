import { expect, it } from 'vitest';
import { overridesFor } from './installers.ts';

it('overridesFor prints what pnpm and Yarn need to find the other tarballs (P9)', () => {
  const tarballs = { '@latchkey/core': 'file:/packages/latchkey-core-0.1.0.tgz' };
  const printed = overridesFor(tarballs);
  expect(printed).toMatch(/pnpm-workspace\.yaml.*overrides[\s\S]*Yarn.*resolutions/);
  expect(JSON.parse(printed.slice(printed.indexOf('{')))).toEqual(tarballs);
});
