// Writes the C++ table of the variables that tell a machine that builds or tests, from the list of the npm package
// ci-info:
//   node ci_variables.mjs OUTPUT
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

// Read by ci-info beside its list, by env-ci, or by .NET.
const ANY_VENDOR = [
  'CI',
  'CONTINUOUS_INTEGRATION',
  'BUILD_ID',
  'BUILD_NUMBER',
  'CI_APP_ID',
  'CI_BUILD_ID',
  'CI_BUILD_NUMBER',
  'CI_NAME',
  'RUN_ID',
];
const ENV_CI = ['JB_SPACE_API_URL', 'SCRUTINIZER', 'SHIPPABLE'];

/** The variables of a vendor of which one that is set is enough. Those that must have a value are in `ANY_VENDOR`. */
function variablesOf({ env }) {
  return [env].flat().flatMap((entry) => {
    if (typeof entry === 'string') return [entry];
    if (Array.isArray(entry.any)) return entry.any;
    // Heroku is told by the path of Node in a variable that everybody may have.
    if ('includes' in entry) return [];
    const unknown = Object.keys(entry).filter((name) => !ANY_VENDOR.includes(name));
    if (unknown.length) throw new Error(`not known: ${JSON.stringify(entry)}`);
    return [];
  });
}

const { version } = require('ci-info/package.json');
const vendors = require('ci-info/vendors.json').flatMap(variablesOf);
const names = [...new Set([...ANY_VENDOR, ...[...ENV_CI, ...vendors].sort()])];
for (const name of names) if (!/^\w+$/.test(name)) throw new Error(`not the name of a variable: ${name}`);
writeFileSync(
  process.argv[2],
  `// Written by ci_variables.mjs from ci-info ${version} (MIT, Thomas Watson Steen).
#include "native/plan/generate/opt_outs.hpp"

namespace waymark::plan {
namespace {

constexpr std::string_view names[] = {
${names.map((name) => `    "${name}",`).join('\n')}
};

}  // namespace

std::span<const std::string_view> ci_variables() { return names; }

}  // namespace waymark::plan
`,
);
