import type { StreamTransfer } from '../../../../node/triage/detectors/stream/flow.ts';
import type { TransferSource } from '../../../../node/triage/detectors/transfer-source.ts';
import { canSee, type Marking, type Viewer } from '../../../../proto/domain/marking.ts';

export type MarkedTransfer = StreamTransfer & { readonly marking?: Marking };

/** Transfers in memory, in the order given; those without a marking everybody sees. */
export function fakeTransfers(transfers: readonly MarkedTransfer[]): TransferSource {
  return {
    all: async function* all(viewer: Viewer) {
      for (const transfer of transfers)
        if (transfer.marking === undefined || canSee(viewer, transfer.marking)) yield transfer;
    },
  };
}
