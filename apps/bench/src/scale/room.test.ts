import { expect, it } from 'vitest';
import { diskFault, sizesInMemory } from './room.ts';

const SIZES = [1_000, 100_000, 1_000_000, 10_000_000];

it('a scale run is refused with the disk that it needs, that is free, and the option that lowers it', () => {
  const needed = 11_101_000 * 1_500;
  expect(diskFault(SIZES, { disk: needed, memory: 0 }, '/tmp')).toBeNull();
  expect(diskFault(SIZES, { disk: needed - 1, memory: 0 }, '/tmp')).toBe(
    '--sessions is 10000000: the stores need 16.7 GB of disk, and /tmp has 16.7 GB free. Free some, set TMPDIR to a folder on a larger disk, or lower --sessions (9,250,833 fit).',
  );
});

it('Redis is measured at the sizes that fit into the memory, and the others are named', () => {
  const memory = 1_101_000 * 2_500;
  expect(sizesInMemory(SIZES, { disk: 0, memory })).toEqual({
    fitting: SIZES.slice(0, 3),
    skipped:
      'REDIS IS NOT MEASURED at 10,000,000 sessions: it needs 27.8 GB of memory, and 2.8 GB are available. Free some, or lower --sessions.',
  });
  expect(sizesInMemory(SIZES, { disk: 0, memory: memory - 1 }).fitting).toEqual(SIZES.slice(0, 2));
  expect(sizesInMemory(SIZES, { disk: 0, memory: 1e12 })).toEqual({
    fitting: SIZES,
    skipped: null,
  });
});
