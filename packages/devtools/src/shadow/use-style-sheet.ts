import { useLayoutEffect } from 'react';

/**
 * Adds a style sheet to a shadow root while the component is mounted. A constructed sheet needs
 * neither a nonce nor `unsafe-inline` in the page's content security policy.
 */
export function useStyleSheet(root: ShadowRoot | null, text: string): void {
  useLayoutEffect(() => {
    if (!root) return;
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(text);
    root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
    return () => {
      root.adoptedStyleSheets = root.adoptedStyleSheets.filter((other) => other !== sheet);
    };
  }, [root, text]);
}
