import anyAscii from 'any-ascii';
import { HAN_READINGS } from './tables/han-readings.ts';

const HAN = /\p{Script=Han}/u;
const KANA_ONLY = /^[\p{Script=Hiragana}\p{Script=Katakana}ー]+$/u;
const LONGEST_NAME = 8;
const LONGEST_SURNAME = 3;

/**
 * Other ways to read a name in Chinese characters: as a Korean's, a Japanese person's, or with the surname that a
 * character stands for; in Latin letters, surname first. None where a part has no reading in the tables, since half a
 * reading is another name.
 */
export function readingsOf(name: string): readonly string[] {
  if (!HAN.test(name)) return [];
  const written = Array.from(name.normalize('NFKC').replace(/[\s·・,]/gu, ''));
  if (written.length < 2 || written.length > LONGEST_NAME) return [];
  return [asKorean(written), asJapanese(written), asChinese(written)].filter((reading) => reading !== undefined);
}

function asKorean([surname = '', ...given]: readonly string[]): string | undefined {
  const family = HAN_READINGS.koreanSurnames.get(surname);
  const parts = given.map((character) => HAN_READINGS.koreanGiven.get(character));
  if (family === undefined || given.length > 2 || parts.includes(undefined)) return undefined;
  return [`${family},`, ...parts].join(' ');
}

function asJapanese(written: readonly string[]): string | undefined {
  for (let length = Math.min(LONGEST_SURNAME, written.length - 1); length > 0; length -= 1) {
    const family = HAN_READINGS.japaneseSurnames.get(written.slice(0, length).join(''));
    const rest = written.slice(length).join('');
    const given = HAN_READINGS.japaneseGiven.get(rest) ?? (KANA_ONLY.test(rest) ? anyAscii(rest) : undefined);
    if (family !== undefined && given !== undefined) return `${family}, ${given}`;
  }
  return undefined;
}

/** Only where the surname is read differently from the character by itself, which transliteration reads already. */
function asChinese([surname = '', ...given]: readonly string[]): string | undefined {
  const family = HAN_READINGS.chineseSurnames.get(surname);
  return family === undefined ? undefined : `${family}, ${given.map((character) => anyAscii(character)).join(' ')}`;
}
