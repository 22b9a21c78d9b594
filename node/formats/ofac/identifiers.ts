/** Kinds of numbers as the list labels them; phone and fax numbers are shared by whole houses, so they are none. */
const LABELS =
  "Passport|National ID No\\.|Cedula No\\.|Tax ID No\\.|NIT #|RUC #|RIF #|R\\.F\\.C\\.|C\\.U\\.R\\.P\\.|SSN|Citizen's Card Number|" +
  'Registration (?:ID|Number)|Company Number(?: IMO)?|Commercial Registry Number|Government Gazette Number|' +
  'Business Registration Number|Identification Number(?: IMO)?|Folio Mercantil No\\.|Matricula Mercantil No|' +
  'V\\.A\\.T\\. Number|D-U-N-S Number|Trade License No\\.|Electoral Registry No\\.|Vessel Registration Identification(?: IMO)?|' +
  "MMSI|Aircraft Tail Number|Aircraft Manufacturer's Serial Number \\(MSN\\)|SWIFT/BIC|Digital Currency Address - [A-Z]+";
/** From the label to the end of the clause or to what says which country issued it. */
const CLAUSE = new RegExp(`^(?:alt\\. )?(?:${LABELS}) ([^;(]+)`);

/** Identifiers in an entry's remarks, `Passport A123456 (Iran); alt. Passport B7`, as the list writes them, once each. */
export function identifiersIn(remarks: string): readonly string[] {
  const found = remarks.split('; ').flatMap((clause) => {
    const text = CLAUSE.exec(clause.trim())?.[1]?.replace(/\.$/, '').trim();
    return text === undefined || !/\d/.test(text) ? [] : [text];
  });
  return [...new Set(found)];
}
