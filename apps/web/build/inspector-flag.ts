import type { Plugin } from 'vite';

/** The variable that puts the inspector into a build. */
export const INSPECTOR = 'LATCHKEY_INSPECTOR';

/**
 * Decides whether the session inspector is in the app: on the development server always, in a build
 * only where `LATCHKEY_INSPECTOR=true` asks for it, as `npm start` does in development. Without it
 * not a byte of the inspector is built, for `import.meta.env.LATCHKEY_INSPECTOR` is then the
 * constant `false`.
 */
export function inspectorFlag(variable: string | undefined): Plugin {
  return {
    name: 'inspector-flag',
    config: (_config, { command }) => {
      if (variable !== undefined && variable !== 'true' && variable !== 'false')
        throw new Error(`${INSPECTOR} is "${variable}". Use true, or false.`);
      return {
        define: {
          [`import.meta.env.${INSPECTOR}`]: String(command === 'serve' || variable === 'true'),
        },
      };
    },
  };
}
