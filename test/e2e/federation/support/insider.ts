import { readFileSync } from 'node:fs';
import { systemRandom } from '../../../../config/runtime/random.ts';
import { homeAt } from '../../../../node/compose/home.ts';
import { openKeyFolder } from '../../../../node/compose/key-folder.ts';
import { type Enrolment, readEnrolment } from '../../../../node/federation/home.ts';
import { identityOf, type NodeIdentity } from '../../../../node/federation/join.ts';
import { openOfficerKey, type OfficerKey } from '../../../../node/federation/officer-key.ts';
import type { AgencyNode } from '../../../tools/federation/agency-node.ts';
import type { Officer } from '../../../tools/federation/officer.ts';

/** What somebody with a node's home in hand has: its keys and its enrolment. For playing the attacker, and for looking. */
export type Insider = NodeIdentity & Enrolment;

export async function insiderOf(node: Pick<AgencyNode, 'agencyId' | 'home'>): Promise<Insider> {
  const home = homeAt(node.home);
  const keys = openKeyFolder(home.keys, readFileSync(home.encryptionKey, 'utf8').trim(), systemRandom);
  const identity = await identityOf(keys, { agency: node.agencyId, name: 'node-1' });
  return { ...identity, ...(await readEnrolment(node.home)) };
}

/** An officer's key in hand, for statements that no command would make. */
export function officerKeyOf({ environment, key }: Officer): OfficerKey {
  return openOfficerKey(readFileSync(key, 'utf8'), environment['CONCORDAT_OFFICER_PASSPHRASE'] ?? '');
}
