import { expect, it } from 'vitest';
import { examplesIn } from './examples.ts';

const PAGE = `# @latchkey/http

### latchkey()

\`\`\`ts
function latchkey(options: LatchkeyOptions): Middleware
\`\`\`

Example:

\`\`\`ts
import { latchkey } from '@latchkey/http';

app.use(latchkey({ layer }));
\`\`\`

### class Refusal

Example of \`name\`:

\`\`\`tsx
<b />;
\`\`\`
`;

it('examplesIn reads the examples of a page, not its declarations, each as a module', () => {
  expect(examplesIn('http', PAGE)).toEqual([
    {
      file: 'http-latchkey-1.ts',
      code: "import { latchkey } from '@latchkey/http';\n\napp.use(latchkey({ layer }));\n",
    },
    { file: 'http-Refusal-2.tsx', code: 'export {};\n<b />;\n' },
  ]);
});
