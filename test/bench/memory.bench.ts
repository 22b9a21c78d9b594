import { execFile, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { adoptPolicy, foundFederation, startMember } from '../tools/federation/found.ts';
import type { Standing } from '../tools/federation/standing.ts';
import { Workspace } from '../tools/federation/workspace.ts';
import { type RunningProgram, startProgram } from '../tools/programs.ts';
import { Rest } from '../tools/rest.ts';
import { waitUntil } from '../tools/wait-until.ts';
import type { BenchRow } from './bench-row.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const AGENCIES = [
  { agencyId: 'northbank', name: 'North Bank', jurisdiction: 'NL' },
  { agencyId: 'southbank', name: 'South Bank', jurisdiction: 'DE' },
] as const;

/** From the first greeting to idle: long enough for the collections that starting has called for. */
const SETTLE_MS = 15_000;

/** Resident memory of a node that is a member, holds the epoch's flag key and has nothing to do; as built, and as run from source. */
export async function run(): Promise<readonly BenchRow[]> {
  await promisify(execFile)(join(ROOT, 'node_modules/.bin/tsc'), ['-p', join(ROOT, 'tsconfig.build.json')]);
  const workspace = Workspace.create();
  const empty = spawn(process.execPath, ['--eval', 'setInterval(() => {}, 1_000)'], { stdio: 'ignore' });
  let built: RunningProgram | undefined;
  try {
    const founding = { name: 'memory', agencies: AGENCIES, approvals: 2 };
    const federation = await foundFederation(workspace, founding);
    await adoptPolicy(federation, { keyHolder: AGENCIES[0].agencyId, threshold: 2 });
    const [first, second] = federation.members.map(({ node }) => node);
    if (first === undefined || second === undefined) throw new Error('no members');
    await Promise.all([first.program.stop(), second.program.stop()]);
    // Anew, since the first start from changed sources also strips and compiles them.
    await startMember(second);
    const words = ['--mesh-listen', '/ip4/127.0.0.1/tcp/0'];
    built = await startProgram('node', first.home, words, {}, join(ROOT, 'dist/node/main.js'));
    const rest = Rest.ofOperator(built);
    await waitUntil('the built node has taken its part', async () => {
      const standing = await rest.get<Standing>('/api/v1/sharing');
      const { coordinator, peers, policy_version: policy } = standing;
      return coordinator === 'connected' && policy === 1 && peers.every(({ connected }) => connected);
    });
    await delay(SETTLE_MS);
    const anchor = { what: 'empty node process', value: residentMb(empty.pid) };
    const row = { unit: 'MB', anchor } as const;
    return [
      { ...row, what: 'node idle, enrolled, built', value: residentMb(built.pid), target: '<= 150' },
      { ...row, what: 'node idle, enrolled, from source', value: residentMb(second.program.pid), target: null },
    ];
  } finally {
    empty.kill();
    await built?.stop();
    await workspace.close();
  }
}

/** Resident set as the kernel counts it. */
function residentMb(pid: number | undefined): number {
  const kib = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return (Number(kib) * 1_024) / 1_000_000;
}
