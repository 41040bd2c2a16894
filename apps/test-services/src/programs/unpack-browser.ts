import chromium from '@sparticuz/chromium';

/**
 * Runs in a separate process, because the package unpacks into the folder for temporary files of
 * its process.
 */
await chromium.executablePath();
