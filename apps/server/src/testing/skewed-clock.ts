/**
 * Preloaded into a server process (`--import`): shifts the machine's clock by SKEW_SECONDS for this
 * process.
 */
const skew = Number(process.env.SKEW_SECONDS) * 1000;
const now = Date.now;
Date.now = () => now() + skew;
Object.defineProperty(performance, 'timeOrigin', { value: performance.timeOrigin + skew });
