// `waymark privacy-check`: the arguments, the output, the exit status.

import { parseArgs } from 'node:util';
import { checkPrivacy, type PrivacyCheck } from './check.js';
import { EnvironmentError } from './environment_error.js';
import { reportText } from './report.js';
import type { Choice } from './visit.js';

export const usage = `waymark privacy-check URL [options]

Visits a page in a real Chromium and reports every effect before consent: requests, cookies, storage, listeners, timers,
observers, replaced functions, reads of the device. With --accept and --withdraw also what remains after a withdrawal.

  --without GLOB        compare with the page without scripts whose URL fits; may be repeated
  --baseline URL        compare with another page
  --accept SELECTOR     the element to click to agree           --accept-js EXPRESSION    or what to run
  --withdraw SELECTOR   the element to click to take it back    --withdraw-js EXPRESSION  or what to run
                        (without --accept: to refuse)
  --allow GLOB          what is no fault, as 'storage localStorage consent'; may be repeated
  --own-host HOST       another host that serves the page's own files; may be repeated
  --refuse-others       let no request to other hosts through; they are reported in either case
  --idle-ms N           how long to do nothing, in each part (2000)
  --profile             search the browser's profile for ids after a withdrawal
  --browser PATH        the Chromium or Chrome to use
  --json                print the report as JSON

Exit status: 0 silent, 1 effects found, 2 the arguments or the environment are at fault.`;

const options = {
  without: { type: 'string', multiple: true },
  baseline: { type: 'string' },
  accept: { type: 'string' },
  'accept-js': { type: 'string' },
  withdraw: { type: 'string' },
  'withdraw-js': { type: 'string' },
  allow: { type: 'string', multiple: true },
  'own-host': { type: 'string', multiple: true },
  'refuse-others': { type: 'boolean' },
  'idle-ms': { type: 'string' },
  profile: { type: 'boolean' },
  browser: { type: 'string' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

/** What `parseArgs` says, as one clause. */
function parseFault(message: string): string {
  const option = /^Option '(--[\w-]+)' argument is ambiguous/.exec(message)?.[1];
  if (option === undefined) return message.split('\n')[0]!.replace(/\.$/, '');
  return `${option} has no value; one that begins with a dash is given as ${option}=VALUE`;
}

/** What the arguments ask for; undefined if for help. Throws EnvironmentError with what is wrong with them. */
export function parseCommand(args: readonly string[]): { check: PrivacyCheck; json: boolean } | undefined {
  let parsed;
  try {
    parsed = parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    throw new EnvironmentError(`${parseFault((error as Error).message)}. See waymark privacy-check --help`);
  }
  const { values, positionals } = parsed;
  if (values.help) return undefined;
  const [url, ...more] = positionals;
  if (url === undefined || more.length > 0)
    throw new EnvironmentError(`give one URL, not ${positionals.length}. See waymark privacy-check --help`);
  const choice = (name: 'accept' | 'withdraw'): Choice | undefined => {
    const click = values[name];
    const run = values[`${name}-js`];
    if (click !== undefined && run !== undefined) throw new EnvironmentError(`give either --${name} or --${name}-js`);
    return click !== undefined ? { click } : run !== undefined ? { run } : undefined;
  };
  const idleMs = values['idle-ms'] === undefined ? undefined : Number(values['idle-ms']);
  if (idleMs !== undefined && !Number.isInteger(idleMs))
    throw new EnvironmentError(
      `--idle-ms wants a whole number of milliseconds, not ${JSON.stringify(values['idle-ms'])}`,
    );
  const accept = choice('accept');
  const withdraw = choice('withdraw');
  return {
    json: values.json ?? false,
    check: {
      url,
      ...(accept && { accept }),
      ...(withdraw && { withdraw }),
      ...(values.without && { without: values.without }),
      ...(values.baseline !== undefined && { baseline: values.baseline }),
      ...(values.allow && { allow: values.allow }),
      ...(values['own-host'] && { ownHosts: values['own-host'] }),
      ...(values['refuse-others'] && { others: 'refuse' as const }),
      ...(idleMs !== undefined && { idleMs }),
      ...(values.profile && { profile: true }),
      ...(values.browser !== undefined && { browserPath: values.browser }),
    },
  };
}

/** Runs the command; returns its exit status. */
export async function privacyCheck(args: readonly string[]): Promise<0 | 1 | 2> {
  try {
    const asked = parseCommand(args);
    if (!asked) {
      console.log(usage);
      return 0;
    }
    const report = await checkPrivacy(asked.check);
    console.log(asked.json ? JSON.stringify(report, null, 2) : reportText(report));
    return report.silent ? 0 : 1;
  } catch (error) {
    const fault = error as Error;
    console.error(
      `waymark privacy-check: ${fault instanceof EnvironmentError ? fault.message : (fault.stack ?? fault.message)}`,
    );
    return 2;
  }
}
