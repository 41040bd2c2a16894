/** A preload module (`--import`) that shifts the clock of one server process by SKEW_SECONDS. */
const skew = Number(process.env.SKEW_SECONDS) * 1000;
const now = Date.now;
Date.now = () => now() + skew;
Object.defineProperty(performance, 'timeOrigin', { value: performance.timeOrigin + skew });
