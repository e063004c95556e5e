// Writes the C++ table of CI vendors from the list of the npm package ci-info:
//   node ci_vendors.mjs OUTPUT
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

// These build and serve: Vercel, Render, Netlify and Heroku set their variables in production too, and of the others it
// is not documented that they do not.
const HOSTING = ['ALPIC', 'CLOUDFLARE_PAGES', 'CLOUDFLARE_WORKERS', 'HEROKU', 'NETLIFY', 'RENDER', 'VERCEL'];

const quoted = (text) => {
  if (typeof text !== 'string' || !/^[\x20-\x7e]+$/.test(text))
    throw new Error(`not a plain text: ${JSON.stringify(text)}`);
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
};
const isSet = (variable) => `{${quoted(variable)}, CiTest::is_set, ""}`;

/** The clauses of one entry of a vendor's `env`, as ci-info reads it; each is a list of alternatives. */
function clausesOf(entry) {
  if (typeof entry === 'string') return [[isSet(entry)]];
  const keys = Object.keys(entry);
  if (Array.isArray(entry.any) && keys.length === 1) return [entry.any.map(isSet)];
  if ('env' in entry) {
    if (keys.length !== 2 || !('includes' in entry)) throw new Error(`not known: ${JSON.stringify(entry)}`);
    return [[`{${quoted(entry.env)}, CiTest::contains, ${quoted(entry.includes)}}`]];
  }
  return keys.map((key) => [`{${quoted(key)}, CiTest::equals, ${quoted(entry[key])}}`]);
}

function tableOf(vendors) {
  const missing = HOSTING.filter((constant) => !vendors.some((vendor) => vendor.constant === constant));
  if (missing.length)
    throw new Error(`ci-info no longer lists ${missing.join(', ')}: change HOSTING in ci_vendors.mjs`);
  const conditions = [];
  const rows = vendors.map((vendor, row) => {
    const clauses = [vendor.env].flat().flatMap(clausesOf);
    clauses.forEach((clause, i) =>
      conditions.push(`constexpr CiCondition conditions_${row}_${i}[] = {${clause.join(', ')}};`),
    );
    const names = clauses.map((_, i) => `conditions_${row}_${i}`);
    conditions.push(`constexpr CiClause clauses_${row}[] = {${names.join(', ')}};`);
    return `    {${quoted(vendor.name)}, ${HOSTING.includes(vendor.constant)}, clauses_${row}},`;
  });
  return { conditions, rows };
}

const { version } = require('ci-info/package.json');
const { conditions, rows } = tableOf(require('ci-info/vendors.json'));
writeFileSync(
  process.argv[2],
  `// Written by ci_vendors.mjs from ci-info ${version} (MIT, Thomas Watson Steen).
#include "native/client/consent/ci_vendors.hpp"

namespace waymark::client {
namespace {

${conditions.join('\n')}

constexpr CiVendor vendors[] = {
${rows.join('\n')}
};

}  // namespace

std::span<const CiVendor> ci_vendors() { return vendors; }

}  // namespace waymark::client
`,
);
