import { toHex } from '../../crypto/bytes.ts';
import { decodeSignedIndicator, encodeSignedIndicator } from '../../proto/codec/indicator.ts';
import type { Indicator, SignedIndicator } from '../../proto/domain/exchange.ts';
import type { Viewer } from '../../proto/domain/marking.ts';
import type { Ledger, LedgerWrite } from '../ledger/ledger.ts';
import type { IndicatorBook, IndicatorEntry } from './indicator-book.ts';
import { type IndicatorTrust, openIndicator } from './indicator-verify.ts';
import { MEMBERS, SHARED } from './markings.ts';

const POSITION_DIGITS = 12;

/** A row of the space of indicators beside the book's own; null deletes it. */
export function note(key: string, value: Uint8Array | null = new Uint8Array(0)): LedgerWrite {
  return { space: 'indicator', key, value, marking: MEMBERS };
}

/** A place in the log, in the order of keys. */
export function positionText(position: number): string {
  return String(position).padStart(POSITION_DIGITS, '0');
}

/**
 * What ends the indicator that another one replaces: entry, content keys and payloads are erased, its place in the log
 * stays. Where a part was taken back, rather than another added, the coordinator is owed an answer.
 */
export async function replacedBy(
  indicator: Indicator,
  deps: {
    readonly ledger: Ledger;
    readonly viewer: Viewer;
    readonly book: IndicatorBook;
    readonly trust: IndicatorTrust;
    readonly answerRows: (indicatorId: Uint8Array) => readonly LedgerWrite[];
  },
): Promise<{ readonly writes: readonly LedgerWrite[]; readonly entry?: IndicatorEntry | undefined }> {
  const { answerRows, book, ledger, trust, viewer } = deps;
  const id = toHex(indicator.replaces);
  const pointer = id === '' ? undefined : await ledger.get('indicator', `position/${id}`, viewer);
  if (pointer === undefined) return { writes: [] };
  const position = Buffer.from(pointer.value).toString();
  const kept = await ledger.get('indicator', `signed/${position}`, viewer);
  const signed = kept === undefined ? undefined : decodeSignedIndicator(kept.value, kept.value.length);
  const before = signed === undefined ? undefined : openIndicator(signed, trust);
  if (signed === undefined || before?.indicator === undefined) return { writes: [] };
  const entry = await book.byId(indicator.replaces, viewer);
  const isTakenBack = indicator.withdrawn || indicator.parts.length < before.indicator.parts.length;
  const writes = [
    note(`sealed/${position}`, null),
    note(`fresh/${id}`, null),
    { ...note(`signed/${position}`, erasedForm(signed, before.commitment)), marking: SHARED },
    ...(entry === undefined ? [] : book.erasure(entry)),
    ...(isTakenBack ? answerRows(indicator.replaces) : []),
  ];
  return { writes, entry };
}

function erasedForm(signed: SignedIndicator, commitment: Uint8Array): Uint8Array {
  const none = new Uint8Array(0);
  return encodeSignedIndicator({ ...signed, indicator: none, signature: none, salt: none, leaf: commitment });
}
