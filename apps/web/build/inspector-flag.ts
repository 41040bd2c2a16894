import type { Plugin } from 'vite';

/** The environment variable that adds the inspector to a build. */
export const INSPECTOR = 'LATCHKEY_INSPECTOR';

/**
 * Adds the session inspector to the development server, and to a build if
 * `LATCHKEY_INSPECTOR=true`, as `npm start` sets it in development. Otherwise
 * `import.meta.env.LATCHKEY_INSPECTOR` is the constant `false`, and the build leaves the inspector
 * out.
 */
export function inspectorFlag(variable: string | undefined): Plugin {
  return {
    name: 'inspector-flag',
    config: (_config, { command }) => {
      if (variable !== undefined && variable !== 'true' && variable !== 'false')
        throw new Error(`${INSPECTOR} is "${variable}". Use true or false.`);
      return {
        define: {
          [`import.meta.env.${INSPECTOR}`]: String(command === 'serve' || variable === 'true'),
        },
      };
    },
  };
}
