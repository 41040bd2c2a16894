import { expect, it } from 'vitest';
import { roomFault } from './lists.ts';

it('refuses to fill the stores on a disk with too little room, naming the folder and the fix', () => {
  const needed = 1_000_000 * 1_800 + 2 * 2 ** 30;
  expect(roomFault(1_000_000, '/scratch', needed)).toBeNull();
  expect(roomFault(1_000_000, '/scratch', needed - 1)).toBe(
    '/scratch has 3.9 GB free, and the stores with 1,000,000 events need 3.9 GB: make room, set TMPDIR to another folder, or choose fewer with --events.',
  );
});
