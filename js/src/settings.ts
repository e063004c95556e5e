// Reads what the application passed to init. A refusal is an Error that says what is wrong.
import { INPUT_BYTES } from './core.js';
import { asBytes } from './seal.js';
import type { ConsentOptions, Options } from './types.js';

/**
 * Where batches go. Plain http is for this machine alone, so that no event crosses a network unencrypted. The address is
 * judged as it is written: what parsers read in different ways (a user name, a backslash) is refused.
 */
export function collectorUrl(endpoint: string, path: string): string {
  if (!/^(https:\/\/[^/]|http:\/\/(localhost|127(\.\d+){3}|\[::1])(:\d+)?(\/|$))/.test(endpoint))
    throw new Error('endpoint must be https or loopback');
  return endpoint.replace(/\/*$/, path);
}

/** The core's config: the lines that core/config.hpp lists, each ended. The core checks the values. */
export function configText(
  { writeKey, app, names, eventsPerMinute, sampling, privacy, profile }: Options,
  whileUnknown: ConsentOptions['whileUnknown'],
): string {
  const batch = {
    write_key: writeKey,
    sdk: { name: 'waymark-js', version: WAYMARK_VERSION },
    app_version: app?.version,
  };
  return [
    JSON.stringify(batch).slice(1, -1),
    app?.name && { app: { name: app.name } },
    '', // the purposes are those that the core knows by itself
    whileUnknown,
    names,
    eventsPerMinute,
    sampling?.rate,
    sampling?.salt?.replace(/\n/g, ' '),
    sampling?.units,
    sampling?.always,
    privacy?.urlParameters,
    privacy?.keys,
    profile,
    '',
  ]
    .map((value) => (typeof value === 'object' ? JSON.stringify(value) : value))
    .join('\n');
}

/** The bytes of a compiled plan. */
export function planTable({ table }: NonNullable<Options['plan']>): Uint8Array {
  const bytes = typeof table === 'string' ? asBytes(atob(table)) : table;
  if (!(bytes.length <= INPUT_BYTES)) throw new Error('plan: not compiled by waymark');
  return bytes;
}
