import { relative } from 'node:path';

const SHOWN = 10;

/**
 * A reporter for Vitest and for Playwright: prints the ten files that took longest, slowest first,
 * in seconds.
 */
export default class SlowestFiles {
  #milliseconds = new Map();

  /** Vitest, at the end of a run. */
  onTestRunEnd(modules) {
    for (const module of modules) {
      const { collectDuration, setupDuration, duration } = module.diagnostic();
      this.#add(module.moduleId, collectDuration + setupDuration + duration);
    }
    this.#print();
  }

  /** Playwright, after each test. */
  onTestEnd(test, { duration }) {
    this.#add(test.location.file, duration);
  }

  /** Playwright, at the end of a run. */
  onEnd() {
    this.#print();
  }

  #add(file, milliseconds) {
    this.#milliseconds.set(file, (this.#milliseconds.get(file) ?? 0) + milliseconds);
  }

  #print() {
    const slowest = [...this.#milliseconds].sort(([, a], [, b]) => b - a).slice(0, SHOWN);
    if (slowest.length === 0) return;
    console.log('\nSlowest files:');
    for (const [file, milliseconds] of slowest)
      console.log(
        `${(milliseconds / 1000).toFixed(1).padStart(7)} s  ${relative(process.cwd(), file)}`,
      );
  }
}
