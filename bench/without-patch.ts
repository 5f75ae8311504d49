// Imported before a service, keeps the kit from patching kafkajs.
import { createRequire } from 'node:module';

const { prototype } = createRequire(import.meta.url)('kafkajs/src/network/requestQueue') as {
  prototype: { scheduleCheckPendingRequests(): void };
};
const original = prototype.scheduleCheckPendingRequests;
Object.defineProperty(prototype, 'scheduleCheckPendingRequests', { get: () => original, set() {} });
