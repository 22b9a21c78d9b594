import {
  type FlagItem,
  type FlagPayload,
  type HintBatch,
  IDENTIFIER_TYPES,
  type MatchReceiptBody,
  SUMMARY_OUTCOMES,
  type Summary,
  type SummaryCell,
  WITHDRAWAL_RESULTS,
  type Withdrawal,
  type WithdrawalAnswer,
} from '../domain/exchange.ts';
import { asId } from '../domain/ids.ts';
import {
  type FlagItem as WireFlagItem,
  FlagBatchPayload,
  FlagPayload as WireFlagPayload,
  HintBatchPayload,
  MatchReceiptBody as WireReceipt,
  type SummaryCell as WireCell,
  SummaryPayload,
  WithdrawalAnswerPayload,
  WithdrawalPayload,
} from '../gen/concordat/v1/payload.ts';
import { asBuffer } from './envelope.ts';
import {
  boundedBytes,
  boundedList,
  boundedText,
  decodeMessage,
  exactBytes,
  inRange,
  safeInteger,
  wireRefusal,
} from './wire.ts';

/** Version of the payloads that this program writes. */
export const PAYLOAD_VERSION = 1;

const CELLS = 10_000;
const BATCH_ITEMS = 1_024;
const HINTS = 100_000;
const OBJECTS = 10_000;
const SHARE_BYTES = 64;
const PART_BYTES = 4_096;

/** @throws WIRE_SIZE, WIRE_MALFORMED, WIRE_VERSION, WIRE_FIELD */
export function decodeSummary(bytes: Uint8Array, maximumBytes: number): Summary {
  const wire = knownVersion(decodeMessage(SummaryPayload, bytes, maximumBytes));
  return {
    windowStartMs: safeInteger('window_start_ms', wire.windowStartMs),
    windowEndMs: safeInteger('window_end_ms', wire.windowEndMs),
    epsilon: inRange('epsilon', wire.epsilon, 0, 64),
    capPerCustomer: wire.capPerCustomer,
    minimumCell: wire.minimumCell,
    cells: boundedList('cells', wire.cells, CELLS).map(decodeCell),
  };
}

export function encodeSummary(summary: Summary): Uint8Array {
  return SummaryPayload.encode({
    ...summary,
    version: PAYLOAD_VERSION,
    windowStartMs: BigInt(summary.windowStartMs),
    windowEndMs: BigInt(summary.windowEndMs),
    cells: summary.cells.map((cell) => ({
      ...cell,
      outcome: (SUMMARY_OUTCOMES.indexOf(cell.outcome) + 1) as WireCell['outcome'],
      count: BigInt(cell.count),
    })),
  }).finish();
}

/** @throws WIRE_SIZE, WIRE_MALFORMED, WIRE_VERSION, WIRE_FIELD */
export function decodeFlagBatch(bytes: Uint8Array, maximumBytes: number): readonly FlagItem[] {
  const wire = knownVersion(decodeMessage(FlagBatchPayload, bytes, maximumBytes));
  return boundedList('items', wire.items, BATCH_ITEMS).map(decodeFlagItem);
}

export function encodeFlagBatch(items: readonly FlagItem[]): Uint8Array {
  return FlagBatchPayload.encode({
    version: PAYLOAD_VERSION,
    items: items.map(({ tag, share, sealedPart, handle }) => ({
      tag: asBuffer(tag),
      share: asBuffer(share),
      sealedPart: asBuffer(sealedPart),
      handle: asBuffer(handle),
    })),
  }).finish();
}

/** @throws WIRE_SIZE, WIRE_MALFORMED, WIRE_VERSION, WIRE_FIELD */
export function decodeFlagPayload(bytes: Uint8Array, maximumBytes: number): FlagPayload {
  const wire = knownVersion(decodeMessage(WireFlagPayload, bytes, maximumBytes));
  const identifierType = IDENTIFIER_TYPES[wire.identifierType - 1];
  if (identifierType === undefined) throw wireRefusal('WIRE_FIELD', 'unknown identifier type', 'identifier_type');
  return {
    identifierType,
    identifier: boundedText('identifier', wire.identifier, 256, 1),
    holderAgency: boundedText('holder_agency', wire.holderAgency, 128),
    epoch: safeInteger('epoch', wire.epoch, 1),
    typologies: boundedList('typologies', wire.typologies, 32).map((typology) =>
      boundedText('typologies', typology, 64, 1),
    ),
    firstSeenMs: safeInteger('first_seen_ms', wire.firstSeenMs),
    lastSeenMs: safeInteger('last_seen_ms', wire.lastSeenMs),
  };
}

export function encodeFlagPayload(payload: FlagPayload): Uint8Array {
  return WireFlagPayload.encode({
    version: PAYLOAD_VERSION,
    identifierType: (IDENTIFIER_TYPES.indexOf(payload.identifierType) + 1) as WireFlagPayload['identifierType'],
    identifier: payload.identifier,
    holderAgency: payload.holderAgency,
    epoch: BigInt(payload.epoch),
    typologies: [...payload.typologies],
    firstSeenMs: BigInt(payload.firstSeenMs),
    lastSeenMs: BigInt(payload.lastSeenMs),
  }).finish();
}

/** @throws WIRE_SIZE, WIRE_MALFORMED, WIRE_VERSION, WIRE_FIELD */
export function decodeHintBatch(bytes: Uint8Array, maximumBytes: number): HintBatch {
  const wire = knownVersion(decodeMessage(HintBatchPayload, bytes, maximumBytes));
  const buckets = inRange('buckets', wire.buckets, 2, 8);
  return {
    round: inRange('round', wire.round, 1, 2),
    asOfMs: safeInteger('as_of_ms', wire.asOfMs),
    epsilon: inRange('epsilon', wire.epsilon, 0, 64),
    buckets,
    hints: boundedList('hints', wire.hints, HINTS).map((hint) => ({
      accountId: boundedText('hints.account_id', hint.accountId, 256, 1),
      bucket: inRange('hints.bucket', hint.bucket, 0, buckets - 1),
    })),
    last: wire.last,
  };
}

export function encodeHintBatch(batch: HintBatch): Uint8Array {
  return HintBatchPayload.encode({
    ...batch,
    version: PAYLOAD_VERSION,
    asOfMs: BigInt(batch.asOfMs),
    hints: [...batch.hints],
  }).finish();
}

/** @throws WIRE_SIZE, WIRE_MALFORMED, WIRE_VERSION, WIRE_FIELD */
export function decodeWithdrawal(bytes: Uint8Array, maximumBytes: number): Withdrawal {
  const wire = knownVersion(decodeMessage(WithdrawalPayload, bytes, maximumBytes));
  return {
    withdrawalId: exactBytes('withdrawal_id', wire.withdrawalId, 16),
    headerHashes: boundedList('header_hashes', wire.headerHashes, OBJECTS).map((hash) =>
      exactBytes('header_hashes', hash, 32),
    ),
    flagHandles: boundedList('flag_handles', wire.flagHandles, OBJECTS).map((handle) =>
      exactBytes('flag_handles', handle, 16),
    ),
  };
}

export function encodeWithdrawal(withdrawal: Withdrawal): Uint8Array {
  return WithdrawalPayload.encode({
    version: PAYLOAD_VERSION,
    withdrawalId: asBuffer(withdrawal.withdrawalId),
    headerHashes: withdrawal.headerHashes.map(asBuffer),
    flagHandles: withdrawal.flagHandles.map(asBuffer),
  }).finish();
}

/** @throws WIRE_SIZE, WIRE_MALFORMED, WIRE_VERSION, WIRE_FIELD */
export function decodeWithdrawalAnswer(bytes: Uint8Array, maximumBytes: number): WithdrawalAnswer {
  const wire = knownVersion(decodeMessage(WithdrawalAnswerPayload, bytes, maximumBytes));
  const result = WITHDRAWAL_RESULTS[wire.result - 1];
  if (result === undefined) throw wireRefusal('WIRE_FIELD', 'unknown withdrawal result', 'result');
  return {
    withdrawalId: exactBytes('withdrawal_id', wire.withdrawalId, 16),
    headerHash: exactBytes('header_hash', wire.headerHash, 32),
    result,
    ground: boundedText('ground', wire.ground, 256),
    backupsGoneAtMs: safeInteger('backups_gone_at_ms', wire.backupsGoneAtMs),
  };
}

export function encodeWithdrawalAnswer(answer: WithdrawalAnswer): Uint8Array {
  return WithdrawalAnswerPayload.encode({
    ...answer,
    version: PAYLOAD_VERSION,
    withdrawalId: asBuffer(answer.withdrawalId),
    headerHash: asBuffer(answer.headerHash),
    result: (WITHDRAWAL_RESULTS.indexOf(answer.result) + 1) as WithdrawalAnswerPayload['result'],
    backupsGoneAtMs: BigInt(answer.backupsGoneAtMs),
  }).finish();
}

/** @throws WIRE_SIZE, WIRE_MALFORMED, WIRE_VERSION, WIRE_FIELD */
export function decodeReceiptBody(bytes: Uint8Array, maximumBytes: number): MatchReceiptBody {
  const wire = knownVersion(decodeMessage(WireReceipt, bytes, maximumBytes));
  return {
    askerPeerId: asId(boundedText('asker_peer_id', wire.askerPeerId, 128, 1)),
    answererPeerId: asId(boundedText('answerer_peer_id', wire.answererPeerId, 128, 1)),
    epoch: safeInteger('epoch', wire.epoch, 1),
    keyId: exactBytes('key_id', wire.keyId, 32),
    requestHash: exactBytes('request_hash', wire.requestHash, 32),
    counts: boundedList('counts', wire.counts, 32).map(({ tokenType, count }) => ({
      tokenType: boundedText('counts.token_type', tokenType, 64, 1),
      count,
    })),
    gateway: boundedText('gateway', wire.gateway, 128),
    purpose: boundedText('purpose', wire.purpose, 128),
    caseHandle: boundedText('case_handle', wire.caseHandle, 128),
    answeredAtMs: safeInteger('answered_at_ms', wire.answeredAtMs),
  };
}

export function encodeReceiptBody(body: MatchReceiptBody): Uint8Array {
  return WireReceipt.encode({
    ...body,
    version: PAYLOAD_VERSION,
    epoch: BigInt(body.epoch),
    keyId: asBuffer(body.keyId),
    requestHash: asBuffer(body.requestHash),
    counts: [...body.counts],
    answeredAtMs: BigInt(body.answeredAtMs),
  }).finish();
}

function decodeCell(wire: WireCell): SummaryCell {
  const outcome = SUMMARY_OUTCOMES[wire.outcome - 1];
  if (outcome === undefined) throw wireRefusal('WIRE_FIELD', 'unknown outcome', 'cells.outcome');
  return {
    typology: boundedText('cells.typology', wire.typology, 64, 1),
    jurisdiction: boundedText('cells.jurisdiction', wire.jurisdiction, 16),
    channel: boundedText('cells.channel', wire.channel, 64),
    outcome,
    count: safeInteger('cells.count', wire.count),
  };
}

function decodeFlagItem(wire: WireFlagItem): FlagItem {
  return {
    tag: exactBytes('items.tag', wire.tag, 16),
    share: boundedBytes('items.share', wire.share, SHARE_BYTES),
    sealedPart: boundedBytes('items.sealed_part', wire.sealedPart, PART_BYTES),
    handle: exactBytes('items.handle', wire.handle, 16),
  };
}

function knownVersion<Wire extends { readonly version: number }>(wire: Wire): Wire {
  if (wire.version !== PAYLOAD_VERSION) throw wireRefusal('WIRE_VERSION', `payload version ${wire.version}`, 'version');
  return wire;
}
