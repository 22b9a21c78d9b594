import type { Transfer } from '../../proto/domain/records.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { TRANSFERS } from '../records/collections.ts';
import { accountKey } from '../triage/account-ref.ts';
import type { StreamTransfer } from '../triage/detectors/stream/flow.ts';
import type { TransferSource } from '../triage/detectors/transfer-source.ts';

/** The transfers of the ledger, for detectors that look at all of them. */
export function ledgerTransfers(ledger: Pick<Ledger, 'list'>): TransferSource {
  return {
    all: async function* all(viewer) {
      for await (const transfer of TRANSFERS.list(ledger, {}, viewer)) yield toStream(transfer);
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
