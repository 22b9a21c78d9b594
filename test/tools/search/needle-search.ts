/** Finds any of many byte strings in a haystack, in one pass whatever their number. Each has at least four bytes. */
export class NeedleSearch {
  readonly #needles: readonly Uint8Array[];
  readonly #byPrefix = new Map<number, number[]>();
  readonly #slots = new Uint8Array(1 << 16);

  constructor(needles: readonly Uint8Array[]) {
    this.#needles = needles;
    for (const [place, needle] of needles.entries()) {
      if (needle.length < PREFIX_BYTES) throw new Error(`needle ${place} is too short to be searched for`);
      const prefix = Buffer.from(needle).readUInt32BE(0);
      this.#byPrefix.set(prefix, [...(this.#byPrefix.get(prefix) ?? []), place]);
      this.#slots[slotOf(prefix)] = 1;
    }
  }

  /** Texts as UTF-8. */
  static ofTexts(texts: readonly string[]): NeedleSearch {
    return new NeedleSearch(texts.map((text) => Buffer.from(text, 'utf8')));
  }

  /** @returns places of the needles that occur */
  in(haystack: Uint8Array): ReadonlySet<number> {
    const found = new Set<number>();
    const bytes = Buffer.from(haystack.buffer, haystack.byteOffset, haystack.byteLength);
    let window = 0;
    for (let end = 0; end < bytes.length; end += 1) {
      window = ((window << 8) | (bytes[end] ?? 0)) >>> 0;
      if (this.#slots[slotOf(window)] === 0) continue;
      const start = end - PREFIX_BYTES + 1;
      for (const place of this.#byPrefix.get(window) ?? []) {
        const needle = this.#needles[place] ?? new Uint8Array(0);
        if (bytes.subarray(start, start + needle.length).equals(needle)) found.add(place);
      }
    }
    return found;
  }
}

const PREFIX_BYTES = 4;

function slotOf(prefix: number): number {
  return ((prefix >>> 16) ^ prefix) & 0xffff;
}
