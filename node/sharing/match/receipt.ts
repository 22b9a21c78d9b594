import { toHex } from '../../../crypto/bytes.ts';
import { DOMAINS, withDomain } from '../../../crypto/domains.ts';
import { sha256 } from '../../../crypto/hash.ts';
import { sign, verify } from '../../../crypto/sign.ts';
import { decodeReceiptBody } from '../../../proto/codec/payload.ts';
import type { AuditEntry } from '../../../proto/domain/audit.ts';
import type { MatchReceiptBody } from '../../../proto/domain/exchange.ts';
import type { LedgerWrite } from '../../ledger/ledger.ts';
import { sharingEntry } from '../audit.ts';
import { MEMBERS } from '../markings.ts';
import type { MatchQuery, MatchReceipt } from './messages.ts';

const RECEIPT_BYTES = 4_096;

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

/** A receipt in the ledger and its audit entry: counts and purpose, no names. */
export function receiptUnit(
  receipt: MatchReceipt,
  atMs: number,
  actor: string,
  side: 'asked' | 'answered',
): { readonly write: LedgerWrite; readonly audit: AuditEntry } {
  const id = toHex(sha256(receipt.body));
  const value = {
    body: toHex(receipt.body),
    answerer_signature: toHex(receipt.answererSignature),
    asker_signature: toHex(receipt.askerSignature),
  };
  return {
    write: { space: 'receipt', key: `${side}/${id}`, value: Buffer.from(JSON.stringify(value)), marking: MEMBERS },
    audit: sharingEntry(atMs, actor, `match.${side}`, `receipt:${id}`, { outputHash: id }),
  };
}
