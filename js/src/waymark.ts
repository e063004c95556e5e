// The command `waymark` of the package: `privacy-check` is of `waymark/testing`, all else of the tools for tracking plans.

import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const [, , name, ...args] = process.argv;
const planTools = fileURLToPath(new URL('./plan-cli.cjs', import.meta.url));

if (name === 'privacy-check') {
  const { privacyCheck } = await import('./testing.js');
  process.exitCode = await privacyCheck(args);
} else if (existsSync(planTools)) {
  // It reads the same arguments, and sets the exit status itself.
  createRequire(import.meta.url)(planTools);
} else {
  console.error(
    `waymark: the tools for tracking plans are not part of this build, which has only \`waymark privacy-check\`. ./dev build makes them.`,
  );
  process.exitCode = name === undefined || name === '--help' ? 0 : 2;
}
