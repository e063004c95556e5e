// Reads what the application passed to init. A refusal is an Error that says what is wrong.
import type { Options } from './types.js';

/** Where batches go. Plain http is for this machine alone, so that no event crosses a network unencrypted. */
export function collectorUrl(endpoint: string): string {
  const { protocol, hostname } = new URL(endpoint);
  if (protocol !== 'https:' && !(protocol === 'http:' && /^(localhost|127\.[\d.]+|\[::1])$/.test(hostname)))
    throw new Error('endpoint must be https or loopback');
  return endpoint.replace(/\/+$/, '') + '/api/analytics/batch';
}

/** The core's config: the lines that core/config.hpp lists. The core checks the values. */
export function configText({ writeKey, app, consent, names, eventsPerMinute, sampling, privacy }: Options): string {
  const batch = {
    write_key: writeKey,
    sdk: { name: 'waymark-js', version: WAYMARK_VERSION },
    app_version: app?.version,
  };
  const lines = [
    JSON.stringify(batch).slice(1, -1),
    '', // the context is set when the device may be read
    '', // the purposes are those that the core knows by itself
    consent?.whileUnknown,
    names,
    eventsPerMinute,
    sampling?.rate,
    sampling?.salt,
    sampling?.units,
    sampling?.always,
    privacy?.urlParameters,
    privacy?.keys,
  ];
  const text = (value: unknown) =>
    Array.isArray(value) ? JSON.stringify(value) : `${value ?? ''}`.replace(/\n/g, ' ');
  return lines.map((value) => text(value) + '\n').join('');
}
