import { z } from 'zod';

// Zod probes `new Function` otherwise, which the content security policy blocks and reports.
z.config({ jitless: true });

export { z };
