import { readFileSync } from 'node:fs';
import { SILENT_LOG } from '../../../../config/runtime/log.ts';
import { systemClock } from '../../../../config/runtime/clock.ts';
import { openWithKey } from '../../../../crypto/at-rest.ts';
import { utf8 } from '../../../../crypto/bytes.ts';
import { DOMAINS } from '../../../../crypto/domains.ts';
import { hkdfSha256 } from '../../../../crypto/hash.ts';
import { homeAt } from '../../../../node/compose/home.ts';
import { systemViewer } from '../../../../node/compose/system-viewer.ts';
import { openLevelLedger } from '../../../../node/ledger/level/level-ledger.ts';
import type { AgencyNode } from '../../../tools/federation/agency-node.ts';

/** A member key that a home holds, by its epoch and generation. */
export type HeldMemberKey = { readonly epoch: number; readonly generation: number; readonly key: Uint8Array };

/** Member keys in the home of a node that does not run. */
export async function memberKeysIn(node: Pick<AgencyNode, 'agencyId' | 'home'>): Promise<readonly HeldMemberKey[]> {
  const home = homeAt(node.home);
  const secret = utf8(readFileSync(home.encryptionKey, 'utf8').trim());
  const atRest = hkdfSha256(secret, new Uint8Array(0), DOMAINS.memberKeyAtRest, 32);
  const ledger = await openLevelLedger({ directory: home.ledger, clock: systemClock, log: SILENT_LOG });
  const held: HeldMemberKey[] = [];
  try {
    for await (const { key, value } of ledger.list('memberKey', { prefix: 'key/' }, systemViewer(node.agencyId))) {
      const [, name = ''] = key.split('/');
      const [epoch, generation] = name.split('.').map(Number);
      held.push({
        epoch: epoch ?? 0,
        generation: generation ?? 0,
        key: openWithKey(atRest, value, utf8('member-key')),
      });
    }
  } finally {
    await ledger.close();
  }
  return held;
}
