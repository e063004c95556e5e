// What the places of an extension have in common.
import { endpoint } from './endpoint.js'; // written by the test

/** Whether the policy forbids WebAssembly: even a module with nothing in it. */
export function isWasmForbidden() {
  try {
    return !new WebAssembly.Module(new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]));
  } catch (error) {
    return error instanceof WebAssembly.CompileError;
  }
}

/** Tracks 25 events from number `from` on. Resolves with what became of them. */
export async function trackAll(createTracker, from) {
  const tracker = createTracker({ writeKey: 'demo', endpoint, consent: { defaults: { analytics: 'granted' } } });
  for (let index = from; index < from + 25; index++) tracker.track('item_counted', { index });
  await tracker.ready;
  return tracker.flush();
}
