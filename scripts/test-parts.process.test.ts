import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { choose, PARTS } from './test-parts.mjs';

const RUN = fileURLToPath(new URL('./run.mjs', import.meta.url));

it('runs every part, in order, when none is named', () => {
  expect(choose([])).toEqual({
    parts: ['format', 'lint', 'types', 'unit', 'web', 'processes', 'browser'],
    filters: [],
  });
});

it.each(PARTS)('runs %s alone', (name) => {
  expect(choose([name])).toEqual({ parts: [name], filters: [] });
});

it('runs the parts that start no server and no browser as quick', () => {
  expect(choose(['quick'])).toEqual({ parts: ['format', 'lint', 'types', 'unit'], filters: [] });
});

it.each(['unit', 'processes', 'browser'])('passes filters and options on to %s', (name) => {
  expect(choose([name, 'outage', '--bail=1'])).toEqual({
    parts: [name],
    filters: ['outage', '--bail=1'],
  });
});

it.each(['quick', 'format', 'lint', 'types', 'web'])('refuses a filter for %s', (name) => {
  expect(choose([name, 'outage'])).toEqual({
    fault: `The part ${name} takes no filter, and "outage" was given: only unit, processes, browser take one.`,
  });
});

it.each(['units', 'toString', ''])(
  'refuses the unknown part "%s" with exit code 1, before any installation',
  (name) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [RUN, 'test', name], {
      encoding: 'utf8',
    });
    expect({ status, stdout, stderr }).toEqual({
      status: 1,
      stdout: '',
      stderr: `"${name}" is not a part of the tests: use one of quick, format, lint, types, unit, web, processes, browser.\n`,
    });
  },
);
