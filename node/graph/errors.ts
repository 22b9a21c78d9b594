import { ConcordatError, type ErrorDetail } from '../../proto/domain/errors.ts';

/** Refusals and faults of the graph. Details name fields, never values. */
export const GRAPH_ERRORS = {
  GRAPH_ELEMENT: 'a node or edge that does not follow the ontology; detail.field names what is wrong',
  GRAPH_QUERY: 'a query outside its bounds; detail.field names what is wrong',
  GRAPH_CLOSED: 'the graph is closed',
  GRAPH_LOCKED: 'another process has the graph open',
  GRAPH_OPEN: 'the files of the graph cannot be opened',
  GRAPH_FORMAT: 'the graph was written by a newer version',
  GRAPH_CORRUPT: 'an element is not what was written: the graph must be built anew from the ledger',
  GRAPH_WRITE_FAILED: 'the disk refused or did not confirm a write; the batch may be applied again',
} as const;
export type GraphErrorCode = keyof typeof GRAPH_ERRORS;

/** Builds the error for a code; its text is the code's own, so that no value can slip into it. */
export function graphError(
  code: GraphErrorCode,
  options: { detail?: ErrorDetail; cause?: unknown } = {},
): ConcordatError {
  return new ConcordatError(code, GRAPH_ERRORS[code], options);
}
