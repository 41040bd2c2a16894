import { z } from 'zod';

// Otherwise Zod tries out `new Function`, which the content security policy refuses and reports.
z.config({ jitless: true });

export { z };
