// The same for the classic script, whose own address is known only while it is being read.
const here = globalThis.document?.currentScript as HTMLScriptElement | null;

export const loadFallback = (): Promise<typeof import('../fallback.js')> =>
  import(new URL('fallback.js', here?.src).href);
