import chromium from '@sparticuz/chromium';

/**
 * Run as a process of its own: the package unpacks into the folder for temporary files of its
 * process.
 */
await chromium.executablePath();
