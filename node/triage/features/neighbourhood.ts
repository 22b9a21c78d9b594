import { LIMITS } from '../../../config/settings/limits.ts';
import type { EntityKey } from '../../../proto/domain/ids.ts';
import type { Neighbourhood } from '../detectors/finding.ts';
import { type AccountView, accountView, type Counterparty } from './account-view.ts';
import type { TransferReader } from './transfer-reader.ts';

/** The window that is looked at, and when: transfers up to `endMs`, as known at `asOfMs`. */
export type Moment = { readonly endMs: number; readonly asOfMs: number };

export type ViewReader = (key: EntityKey) => Promise<AccountView>;

/** Reads views of one moment; those read before are remembered for as long as the reader is. */
export function viewReader(transfers: TransferReader, { endMs, asOfMs }: Moment): ViewReader {
  const views = new Map<EntityKey, Promise<AccountView>>();
  return (key) => {
    const known = views.get(key);
    if (known !== undefined) return known;
    const view = transfers.transfersOf(key, endMs, asOfMs).then((neighbours) => accountView(key, neighbours, endMs));
    views.set(key, view);
    return view;
  };
}

/**
 * Reads an account and its counterparties of the window, at most LIMITS.triageCounterparties of them: those dealt with
 * once before those dealt with often, since a hub's regular customers say nothing of it.
 */
export async function readNeighbourhood(read: ViewReader, key: EntityKey): Promise<Neighbourhood> {
  const subject = await read(key);
  const views = await Promise.all(nearest(subject.recentCounterparties).map((counterparty) => read(counterparty.key)));
  return { subject, counterparties: new Map(views.map((view) => [view.key, view])) };
}

function nearest(counterparties: readonly Counterparty[]): readonly Counterparty[] {
  if (counterparties.length <= LIMITS.triageCounterparties) return counterparties;
  const once = counterparties.filter(({ oneOff }) => oneOff);
  const often = counterparties.filter(({ oneOff }) => !oneOff);
  return [...once, ...often].slice(0, LIMITS.triageCounterparties);
}
