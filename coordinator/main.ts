#!/usr/bin/env node
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 20)) {
  process.stderr.write(`Node ${process.versions.node} is too old: 22.20 or newer is needed; npm ci brings one.\n`);
  process.exitCode = 1;
} else {
  // Not before the check: an older Node stops at the first import that it does not know.
  const { quickStart } = await import('../config/runtime/quick-start.ts');
  quickStart(process.argv.slice(2));
  const { runHere } = await import('./cli/run-here.ts');
  process.exitCode = await runHere(process);
}
