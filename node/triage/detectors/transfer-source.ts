import type { Viewer } from '../../../proto/domain/marking.ts';
import type { StreamTransfer } from './stream/flow.ts';

/** Transfers of the agency's records. */
export type TransferSource = {
  /** Every transfer that a viewer sees, in no order. */
  all(viewer: Viewer): AsyncIterable<StreamTransfer>;
};
