/** The oldest browsers that the app is built for: Baseline 2023. docs/client.md states them. */
export const BROWSERS = ['chrome120', 'edge120', 'firefox121', 'safari17.0'];
