/** The matchers of a test runner that the contracts use. */
export interface Matchers {
  toBe(expected: unknown): unknown;
  toBeGreaterThan(expected: number): unknown;
  toBeLessThan(expected: number): unknown;
  toBeLessThanOrEqual(expected: number): unknown;
  toBeNull(): unknown;
  toEqual(expected: unknown): unknown;
  toHaveLength(expected: number): unknown;
  toMatchObject(expected: object): unknown;
  toThrow(expected?: string): unknown;
}

/** The functions of a test runner that the contracts use: those of Vitest, and of Jest. */
export interface TestRunner {
  describe(name: string, define: () => void): unknown;
  it(name: string, run: () => Promise<void>, timeoutMs?: number): unknown;
  beforeAll(run: () => Promise<void>): unknown;
  beforeEach(run: () => void): unknown;
  afterAll(run: () => Promise<void>): unknown;
  expect(value: unknown): Matchers & {
    readonly rejects: { toThrow(expected?: string): Promise<unknown> };
  };
}
