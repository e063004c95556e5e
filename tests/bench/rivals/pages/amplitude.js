import { flush, init, track } from '@amplitude/analytics-browser';

export async function start(endpoint, consent) {
  await init('bench', {
    serverUrl: `${endpoint}/2/httpapi`,
    autocapture: false,
    remoteConfig: { fetchRemoteConfig: false },
    enableDiagnostics: false,
    enableRequestBodyCompression: true,
    optOut: consent !== 'granted',
  }).promise;
  return { track, flush: () => flush().promise };
}
