import { createMembership } from '../../config/policy/membership.ts';
import { LIMITS } from '../../config/settings/limits.ts';
import { equalBytes } from '../../crypto/bytes.ts';
import { openCheckpoint } from '../../crypto/checkpoint.ts';
import { indicatorLeaf, verifyIndicator } from '../../crypto/indicator.ts';
import { CompactTree, leafHash } from '../../crypto/merkle.ts';
import { decodeStatement } from '../../proto/codec/statement.ts';
import { isRefusal } from '../../proto/domain/errors.ts';
import type { Core } from '../core.ts';
import type { TreeLog } from '../log/tree-log.ts';

export type FsckReport = { readonly healthy: boolean; readonly lines: readonly string[] };

/** Re-reads the store and both logs and proves them: chain, values, roots, signatures, every rule of membership. */
export async function fsck(core: Core): Promise<FsckReport> {
  const faults = (await core.store.verify()).map(({ sequence, problem }) =>
    sequence === null ? `store: ${problem}` : `store: commit ${sequence}: ${problem}`,
  );
  const problems = [...faults, ...(await logProblems(core))];
  const { controlLog, indicatorLog, store } = core;
  const counts = [
    `${store.head().sequence} commits`,
    `${controlLog.tree.size} entries in the control log`,
    `${indicatorLog.tree.size} in the indicator log`,
  ];
  return { healthy: problems.length === 0, lines: problems.length === 0 ? [`sound: ${counts.join(', ')}`] : problems };
}

/** What is wrong with the two logs. In turn, so that no entry comes while they are read. */
export function logProblems(core: Core): Promise<readonly string[]> {
  return core.turns.run(async () => [...(await controlProblems(core)), ...(await indicatorProblems(core))]);
}

async function controlProblems({ controlLog, store, genesis }: Core): Promise<readonly string[]> {
  const tree = new CompactTree();
  const membership = createMembership(genesis);
  const problems: string[] = [];
  for await (const { value } of store.list('control')) {
    try {
      membership.apply(decodeStatement(value, LIMITS), tree.size);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      problems.push(`control log: entry ${tree.size} is refused by the rules: ${error.code}`);
    }
    tree.append(leafHash(value));
  }
  return [...problems, ...headProblems('control log', controlLog.tree, tree, membership.genesis.logKey)];
}

async function indicatorProblems({ controlLog, indicatorLog }: Core): Promise<readonly string[]> {
  const tree = new CompactTree();
  const { logKey } = controlLog.membership.genesis;
  const problems: string[] = [];
  for (let position = 0; position < indicatorLog.tree.size; position += 1) {
    const [leaf = new Uint8Array(0)] = await indicatorLog.leaves(position, 1);
    const { indicator, signature, salt } = await indicatorLog.read(position);
    const isErased = salt.length === 0;
    const holds =
      isErased || (verifyIndicator(logKey, indicator, signature) && equalBytes(indicatorLeaf(salt, indicator), leaf));
    if (!holds) problems.push(`indicator log: entry ${position} is not what was committed to`);
    tree.append(leafHash(leaf));
  }
  return [...problems, ...headProblems('indicator log', indicatorLog.tree, tree, logKey)];
}

function headProblems(name: string, log: TreeLog, read: CompactTree, logKey: Uint8Array): readonly string[] {
  const checkpoint = openCheckpoint(log.checkpoint(), log.origin, logKey);
  const isSame = checkpoint.size === read.size && equalBytes(checkpoint.root, read.root());
  return isSame ? [] : [`${name}: its entries do not give the root of its checkpoint`];
}
