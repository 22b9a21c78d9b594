import { fromBase64url, fromHex, toBase64url, toHex } from '../../crypto/bytes.ts';
import { type AgencyId, asId, type PeerIdText } from '../../proto/domain/ids.ts';
import type { StoreWrite } from '../store/coordinator-store.ts';

/** A flag as the coordinator holds it: sealed, with who sent it and where its group stands in the sharing. */
export type FlagRecord = {
  readonly epoch: number;
  /** 16 bytes. */
  readonly tag: Uint8Array;
  readonly share: Uint8Array;
  readonly sealedPart: Uint8Array;
  /** 16 bytes. */
  readonly handle: Uint8Array;
  readonly agencyId: AgencyId;
  readonly authorPeerId: PeerIdText;
  /** Index of the corporate group, computed from the record of the author's agency, never taken from the flag. */
  readonly index: Uint8Array;
  readonly corporateGroup: string;
  /** Of the object that brought it: a flag that has not opened by then never will. */
  readonly expiresAtMs: number;
};

/** One flag an agency and tag: a second one is the same again, whatever else is in it. */
export function flagKey({ epoch, tag, agencyId }: Pick<FlagRecord, 'epoch' | 'tag' | 'agencyId'>): string {
  return `${tagPrefix(epoch, tag)}${agencyId}`;
}

/** Prefix of the keys of all flags of a tag. */
export function tagPrefix(epoch: number, tag: Uint8Array): string {
  return `${epoch}/${toHex(tag)}/`;
}

/** Where a withdrawal finds a flag: an agency names its own handles alone. */
export function handleKey(agencyId: AgencyId, handle: Uint8Array): string {
  return `${agencyId}/${toHex(handle)}`;
}

export function flagWrites(record: FlagRecord): readonly StoreWrite[] {
  const key = flagKey(record);
  const text = {
    share: toBase64url(record.share),
    sealed_part: toBase64url(record.sealedPart),
    handle: toHex(record.handle),
    author: record.authorPeerId,
    index: toHex(record.index),
    group: record.corporateGroup,
    expires: String(record.expiresAtMs),
  };
  return [
    { space: 'flag', key, value: Buffer.from(JSON.stringify(text)) },
    { space: 'flagHandle', key: handleKey(record.agencyId, record.handle), value: Buffer.from(key) },
  ];
}

export function flagErasure(record: FlagRecord): readonly StoreWrite[] {
  return [
    { space: 'flag', key: flagKey(record), value: null },
    { space: 'flagHandle', key: handleKey(record.agencyId, record.handle), value: null },
  ];
}

export function decodeFlag(key: string, value: Uint8Array): FlagRecord {
  const [epoch = '', tag = '', agencyId = ''] = key.split('/');
  const text = JSON.parse(Buffer.from(value).toString('utf8')) as Record<
    'share' | 'sealed_part' | 'handle' | 'author' | 'index' | 'group' | 'expires',
    string
  >;
  return {
    epoch: Number(epoch),
    tag: fromHex(tag),
    agencyId: asId(agencyId),
    share: fromBase64url(text.share),
    sealedPart: fromBase64url(text.sealed_part),
    handle: fromHex(text.handle),
    authorPeerId: asId(text.author),
    index: fromHex(text.index),
    corporateGroup: text.group,
    expiresAtMs: Number(text.expires),
  };
}
