/** The oldest supported browsers, which are those of Baseline 2023. docs/client.md names them. */
export const BROWSERS = ['chrome120', 'edge120', 'firefox121', 'safari17.0'];
