/**
 * Preloaded into a server process (`--import`): the machine's clock is off by SKEW_SECONDS, as far
 * as the process can tell.
 */
const skew = Number(process.env.SKEW_SECONDS) * 1000;
const now = Date.now;
Date.now = () => now() + skew;
Object.defineProperty(performance, 'timeOrigin', { value: performance.timeOrigin + skew });
