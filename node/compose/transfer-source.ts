import type { Viewer } from '../../proto/domain/marking.ts';
import type { Transfer } from '../../proto/domain/records.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { TRANSFERS } from '../records/collections.ts';
import { accountKey } from '../triage/account-ref.ts';
import type { StreamTransfer } from '../triage/detectors/stream/flow.ts';
import type { NewTransfers, TransferSource } from '../triage/detectors/transfer-source.ts';

/** The transfers of the ledger, for detectors that look at all of them. */
export function ledgerTransfers(ledger: Pick<Ledger, 'list'>): TransferSource {
  return {
    all: async function* all(viewer) {
      for await (const transfer of TRANSFERS.list(ledger, {}, viewer)) yield toStream(transfer);
    },
  };
}

/** Transfers of the ledger's commits as they come; one that was corrected since is read as it is now. */
export function newTransfers(ledger: Pick<Ledger, 'commits' | 'get'>, system: Viewer): NewTransfers {
  return {
    since: async function* since(after) {
      for await (const { sequence, writes } of ledger.commits(after + 1)) {
        const written = writes.filter(({ space, valueHash }) => space === TRANSFERS.space && valueHash !== null);
        const read = await Promise.all(written.map(({ key }) => TRANSFERS.get(ledger, key, system)));
        yield { sequence, transfers: read.flatMap((transfer) => (transfer === undefined ? [] : toStream(transfer))) };
      }
    },
  };
}

function toStream(transfer: Transfer): StreamTransfer {
  return {
    edgeId: transfer.transferId,
    from: accountKey({ agency: transfer.fromAgency, accountId: transfer.fromAccount }),
    to: accountKey({ agency: transfer.toAgency, accountId: transfer.toAccount }),
    amount: Number(transfer.amountMinor),
    currency: transfer.currency,
    atMs: transfer.bookedAtMs,
    knownAtMs: transfer.knownAtMs,
  };
}
