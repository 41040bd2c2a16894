import { z } from 'zod';

// Without this setting, Zod tries `new Function`, which the content security policy blocks and
// reports.
z.config({ jitless: true });

export { z };
