import { fromHex, toHex } from '../../../crypto/bytes.ts';
import { DOMAINS, withDomain } from '../../../crypto/domains.ts';
import { sha256 } from '../../../crypto/hash.ts';
import { sign, verify } from '../../../crypto/sign.ts';
import { decodeReceiptBody } from '../../../proto/codec/payload.ts';
import type { AuditEntry } from '../../../proto/domain/audit.ts';
import type { MatchReceiptBody } from '../../../proto/domain/exchange.ts';
import type { PeerIdText } from '../../../proto/domain/ids.ts';
import type { Viewer } from '../../../proto/domain/marking.ts';
import type { Ledger, LedgerWrite } from '../../ledger/ledger.ts';
import { sharingEntry } from '../audit.ts';
import { MEMBERS } from '../markings.ts';
import type { MatchQuery, MatchReceipt } from './messages.ts';

const RECEIPT_BYTES = 4_096;

/** At which end a receipt is kept. */
export type ReceiptSide = 'asked' | 'answered';

type Stored = {
  readonly body: string;
  readonly answerer_signature: string;
  readonly asker_signature: string;
};

/** Names a query without telling what was asked: the blinded elements are random to everybody else. */
export function requestHash(query: MatchQuery): Uint8Array {
  return sha256(Buffer.from(`${query.epoch}/${query.tokenType}/`), ...query.blinded);
}

export function signReceipt(body: Uint8Array, secretKey: Uint8Array): Uint8Array {
  return sign(secretKey, withDomain(DOMAINS.matchReceipt, body));
}

export function receiptHolds(body: Uint8Array, publicKey: Uint8Array, signature: Uint8Array): boolean {
  return verify(publicKey, withDomain(DOMAINS.matchReceipt, body), signature);
}

/** @throws WIRE_* */
export function readReceipt(receipt: MatchReceipt): MatchReceiptBody {
  return decodeReceiptBody(receipt.body, RECEIPT_BYTES);
}

/**
 * A receipt in the ledger and its audit entry: counts and purpose, no names.
 * @param owedTo the answerer that has yet to get it
 */
export function receiptUnit(
  receipt: MatchReceipt,
  atMs: number,
  actor: string,
  side: ReceiptSide,
  owedTo?: PeerIdText,
): { readonly write: LedgerWrite; readonly owed: readonly LedgerWrite[]; readonly audit: AuditEntry } {
  const id = receiptId(receipt);
  return {
    write: receiptWrite(`${side}/${id}`, receipt),
    owed: owedTo === undefined ? [] : [receiptWrite(`owed/${owedTo}/${id}`, receipt)],
    audit: sharingEntry(atMs, actor, `match.${side}`, `receipt:${id}`, { outputHash: id }),
  };
}

/** Whether the receipt kept at this end has both signatures. */
export async function isCosigned(
  ledger: Ledger,
  viewer: Viewer,
  receipt: MatchReceipt,
  side: ReceiptSide,
): Promise<boolean> {
  const record = await ledger.get('receipt', `${side}/${receiptId(receipt)}`, viewer);
  return record !== undefined && parse(record.value).askerSignature.length > 0;
}

/** Receipts that a peer has yet to get, each with the write that settles it. */
export async function owedReceipts(
  ledger: Ledger,
  viewer: Viewer,
  peerId: PeerIdText,
): Promise<readonly { readonly receipt: MatchReceipt; readonly settled: LedgerWrite }[]> {
  const owed: { receipt: MatchReceipt; settled: LedgerWrite }[] = [];
  for await (const { key, value } of ledger.list('receipt', { prefix: `owed/${peerId}/` }, viewer))
    owed.push({ receipt: parse(value), settled: { space: 'receipt', key, value: null, marking: MEMBERS } });
  return owed;
}

function receiptId(receipt: MatchReceipt): string {
  return toHex(sha256(receipt.body));
}

function receiptWrite(key: string, { answererSignature, askerSignature, body }: MatchReceipt): LedgerWrite {
  const stored: Stored = {
    body: toHex(body),
    answerer_signature: toHex(answererSignature),
    asker_signature: toHex(askerSignature),
  };
  return { space: 'receipt', key, value: Buffer.from(JSON.stringify(stored)), marking: MEMBERS };
}

function parse(value: Uint8Array): MatchReceipt {
  const stored = JSON.parse(Buffer.from(value).toString()) as Stored;
  return {
    body: fromHex(stored.body),
    answererSignature: fromHex(stored.answerer_signature),
    askerSignature: fromHex(stored.asker_signature),
  };
}
