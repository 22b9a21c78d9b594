import type { Viewer } from '../../../proto/domain/marking.ts';
import type { StreamTransfer } from './stream/flow.ts';

/** Transfers of the agency's records. */
export type TransferSource = {
  /** Every transfer that a viewer sees, in no order. */
  all(viewer: Viewer): AsyncIterable<StreamTransfer>;
};

/** Transfers as the records take them in. */
export type NewTransfers = {
  /** Those of each commit behind a sequence, in the order of commits; also of commits that have none. */
  since(sequence: number): AsyncIterable<{ readonly sequence: number; readonly transfers: readonly StreamTransfer[] }>;
};
