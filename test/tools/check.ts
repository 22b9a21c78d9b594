// `npm run check`: every static check, each named, all run, exit 1 when any failed.
import { spawnSync } from 'node:child_process';

const CHECKS: readonly (readonly [name: string, command: string, ...args: string[]])[] = [
  ['types', 'tsc', '--noEmit'],
  ['lint', 'oxlint', '--type-aware', '--deny-warnings', '.'],
  ['format', 'prettier', '--check', '--log-level', 'warn', '.'],
  ['proto', 'buf', 'lint'],
  ['tidy', 'knip', '--no-progress'],
];

let failed = 0;
for (const [name, command, ...args] of CHECKS) {
  const startedAt = performance.now();
  const { status } = spawnSync(command, args, {
    stdio: 'inherit',
    env: { ...process.env, PATH: `${process.cwd()}/node_modules/.bin:${process.env['PATH']}` },
  });
  console.log(`${status === 0 ? 'ok    ' : 'FAILED'} ${name} ${((performance.now() - startedAt) / 1000).toFixed(1)} s`);
  if (status !== 0) failed += 1;
}
process.exitCode = failed === 0 ? 0 : 1;
