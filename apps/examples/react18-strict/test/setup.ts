import { transferableAbortController } from 'node:util';

// jsdom replaces AbortController, but fetch and Request stay Node's and accept only Node's signals
const controller = transferableAbortController();
globalThis.AbortController = controller.constructor as typeof AbortController;
globalThis.AbortSignal = controller.signal.constructor as typeof AbortSignal;
