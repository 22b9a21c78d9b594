import { writeNew } from '../../config/runtime/private-file.ts';
import type { NodeSettings } from '../../config/settings/node-table.ts';
import type { Clock, Log, RandomBytes } from '../../proto/domain/runtime.ts';
import { KeyBook, type KeyRequest } from '../api/access/key-book.ts';
import type { PersonKey } from '../api/access/person.ts';
import { openLevelLedger } from '../ledger/level/level-ledger.ts';
import type { Home } from './home.ts';
import { systemViewer } from './system-viewer.ts';

/**
 * Makes an API key without one: whoever can read a home's secrets and open its ledger while no node runs could do
 * anything to it anyway. So the first key is made, and a lost or expired one is replaced; the audit says by whom.
 * @throws LEDGER_LOCKED while a node runs
 */
export async function makeLocalKey(
  home: Home,
  settings: NodeSettings,
  request: KeyRequest,
  deps: { readonly clock: Clock; readonly random: RandomBytes; readonly log: Log; readonly userName: string },
): Promise<{ readonly key: PersonKey; readonly text: string }> {
  const ledger = await openLevelLedger({ directory: home.ledger, ...deps });
  try {
    const system = systemViewer(settings.node.agency);
    const keyBook = new KeyBook(settings.access, { ledger, ...deps, system });
    return await keyBook.create(request, `local:${deps.userName}`);
  } finally {
    await ledger.close();
  }
}

/** Keeps a key's text where the commands of this home look for it. @throws EEXIST (errno) when there is one */
export async function keepOperatorKey(home: Home, text: string): Promise<void> {
  await writeNew(home.operatorKey, `${text}\n`);
}
