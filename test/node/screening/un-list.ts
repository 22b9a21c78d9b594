import { readFileSync } from 'node:fs';
import { countryCode } from '../../../node/formats/ofac/countries.ts';
import type { ListEntry } from '../../../proto/domain/records.ts';
import { listEntry } from './entries.ts';

const NAME_FIELDS = ['FIRST_NAME', 'SECOND_NAME', 'THIRD_NAME', 'FOURTH_NAME'];

/** What the screening benchmark needs of the Security Council's list; well-formed XML without nesting of a kind in itself. */
export function readUnList(path: string): readonly ListEntry[] {
  const xml = readFileSync(path, 'utf8');
  return [...blocksOf(xml, 'INDIVIDUAL'), ...blocksOf(xml, 'ENTITY')].map((block, index) => {
    const births = blocksOf(block, 'INDIVIDUAL_DATE_OF_BIRTH');
    return listEntry(`UN-${index}`, NAME_FIELDS.flatMap((field) => blocksOf(block, field).slice(0, 1)).join(' '), {
      listName: 'UN',
      entityType: block.includes('<INDIVIDUAL_DOCUMENT') ? 'INDIVIDUAL' : 'BUSINESS',
      aliases: [...new Set(blocksOf(block, 'ALIAS_NAME'))],
      datesOfBirth: births.flatMap((birth) => [...blocksOf(birth, 'DATE'), ...blocksOf(birth, 'YEAR')].slice(0, 1)),
      countries: blocksOf(block, 'NATIONALITY').flatMap(
        (nation) => countryCode(blocksOf(nation, 'VALUE')[0] ?? '') ?? [],
      ),
    });
  });
}

function blocksOf(xml: string, tag: string): string[] {
  const found = [...xml.matchAll(new RegExp(`<${tag}>([\\s\\S]*?)</${tag}>`, 'g'))];
  return found.map((match) => unescaped(match[1] ?? '')).filter((text) => text !== '');
}

function unescaped(text: string): string {
  const plain = text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&apos;', "'");
  return plain.replaceAll('&amp;', '&').trim();
}
