/**
 * Names that the lists use and CLDR does not, with the code of ISO 3166-1. A part of a country under its own heading
 * is that country.
 */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  'bahamas, the': 'BS',
  burma: 'MM',
  'cabo verde': 'CV',
  'congo, democratic republic of the': 'CD',
  'congo, republic of the': 'CG',
  'cote d ivoire': 'CI',
  'czech republic': 'CZ',
  'hong kong': 'HK',
  'korea, north': 'KP',
  'korea, south': 'KR',
  macau: 'MO',
  myanmar: 'MM',
  'macedonia, the former yugoslav republic of': 'MK',
  'man, isle of': 'IM',
  'netherlands antilles': 'AN',
  palestinian: 'PS',
  'region: crimea': 'UA',
  'region: gaza': 'PS',
  'region: northern mali': 'ML',
  'saint vincent and the grenadines': 'VC',
  swaziland: 'SZ',
  'the gambia': 'GM',
  turkey: 'TR',
  'virgin islands, british': 'VG',
  'west bank': 'PS',
};

const CODES: ReadonlyMap<string, string> = new Map([...cldrNames(), ...Object.entries(OTHER_NAMES)]);

/** ISO 3166-1 alpha-2 code of a country by its English name or its own code; undefined when it is not known. */
export function countryCode(name: string): string | undefined {
  const text = name.trim();
  return CODES.get(plainName(text)) ?? (/^[A-Za-z]{2}$/.test(text) ? text.toUpperCase() : undefined);
}

/** Names of regions come with the runtime (CLDR), so there is no table of ours to grow old. */
function cldrNames(): [string, string][] {
  const names = new Intl.DisplayNames(['en'], { type: 'region', fallback: 'none' });
  const letters = Array.from({ length: 26 }, (_, index) => String.fromCodePoint(65 + index));
  return letters.flatMap((first) =>
    letters.flatMap((second): [string, string][] => {
      const code = `${first}${second}`;
      const name = names.of(code);
      if (name === undefined || new Intl.Locale(`und-${code}`).region !== code) return [];
      return [[plainName(name), code]];
    }),
  );
}

function plainName(name: string): string {
  const letters = name.toLowerCase().normalize('NFD').replace(/\p{M}/gu, '');
  return letters.replaceAll('&', 'and').replace(/^st\. /, 'saint ');
}
