import type { ListKind } from '../../../proto/domain/records.ts';
import type { ListIdentity } from './import-list.ts';

const DATED = /^(.+?)[-_.](\d{4}(?:-\d{2}(?:-\d{2})?)?)$/;

/** A part of ledger keys. */
const MAXIMUM_LETTERS = 64;

/**
 * Name, kind and version of a list by its file's name: `some-list-2021.csv.gz` is SOME_LIST in version 2021. A name
 * that speaks of politically exposed persons or of media says so; everything else is read as sanctions, the kind
 * that is treated most strictly.
 */
export function listIdentity(fileName: string): ListIdentity {
  const base = fileName.replace(/(\.csv)?(\.gz)?$/, '');
  const dated = DATED.exec(base);
  const listName = (dated?.[1] ?? base)
    .toUpperCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, '_')
    .slice(0, MAXIMUM_LETTERS);
  return { listName, listKind: kindOf(listName.split('_')), listVersion: dated?.[2] ?? null };
}

function kindOf(words: readonly string[]): ListKind {
  if (words.includes('PEP') || words.includes('PEPS')) return 'PEP';
  return words.includes('MEDIA') ? 'ADVERSE_MEDIA' : 'SANCTIONS';
}
