/** Texts of at least four bytes that occur in a haystack, each searched for as UTF-8. One pass, whatever their number. */
export function findNeedles(haystack: Uint8Array, needles: readonly string[]): ReadonlySet<string> {
  const bytesOf = new Map(needles.map((needle) => [needle, Buffer.from(needle, 'utf8')]));
  const byPrefix = new Map<number, string[]>();
  const seenPrefixes = new Uint8Array(1 << 16);
  for (const [needle, bytes] of bytesOf) {
    if (bytes.length < PREFIX_BYTES) throw new Error(`too short to be searched for: ${needle}`);
    const prefix = bytes.readUInt32BE(0);
    byPrefix.set(prefix, [...(byPrefix.get(prefix) ?? []), needle]);
    seenPrefixes[slotOf(prefix)] = 1;
  }
  const found = new Set<string>();
  const text = Buffer.from(haystack.buffer, haystack.byteOffset, haystack.byteLength);
  let window = 0;
  for (let end = 0; end < text.length; end += 1) {
    window = ((window << 8) | (text[end] ?? 0)) >>> 0;
    if (seenPrefixes[slotOf(window)] === 0) continue;
    const start = end - PREFIX_BYTES + 1;
    for (const needle of byPrefix.get(window) ?? []) {
      const bytes = bytesOf.get(needle);
      if (bytes !== undefined && text.subarray(start, start + bytes.length).equals(bytes)) found.add(needle);
    }
  }
  return found;
}

const PREFIX_BYTES = 4;

function slotOf(prefix: number): number {
  return ((prefix >>> 16) ^ prefix) & 0xffff;
}
