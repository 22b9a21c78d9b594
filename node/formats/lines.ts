/** A physical line of a file: its number from 1 and its text, null when it is longer than allowed. */
export type Line = { readonly number: number; readonly text: string | null };

/** What a source of bytes is to every parser here. */
export type ByteSource = AsyncIterable<Uint8Array>;

/**
 * Splits bytes into lines, a chunk's worth at a time, and never holds more than one line of the allowed length.
 * A byte-order mark and carriage returns before line ends are dropped; bytes that are not UTF-8 become U+FFFD.
 * @param maximumBytes longer lines come as null, and the rest goes on
 */
export async function* readLines(source: ByteSource, maximumBytes: number): AsyncGenerator<readonly Line[]> {
  const decoder = new TextDecoder('utf-8');
  const splitter = new LineSplitter(maximumBytes);
  for await (const chunk of source) yield splitter.push(decoder.decode(chunk, { stream: true }));
  yield splitter.push(decoder.decode());
  yield splitter.end();
}

/** Whether a text holds what a decoder puts where bytes were not UTF-8. */
export function isMisdecoded(text: string): boolean {
  return text.includes('\ufffd');
}

class LineSplitter {
  readonly #maximumBytes: number;
  #pending = '';
  /** The pending line has outgrown the limit: what remains of it is thrown away. */
  #overlong = false;
  #number = 0;

  constructor(maximumBytes: number) {
    this.#maximumBytes = maximumBytes;
  }

  push(text: string): Line[] {
    const lines: Line[] = [];
    let start = 0;
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
      this.#extend(text.slice(start, end));
      lines.push(this.#take());
      start = end + 1;
    }
    this.#extend(text.slice(start));
    return lines;
  }

  end(): Line[] {
    return this.#pending === '' && !this.#overlong ? [] : [this.#take()];
  }

  #extend(text: string): void {
    if (this.#overlong) return;
    this.#pending += text;
    if (!this.#fits(this.#pending)) {
      this.#pending = '';
      this.#overlong = true;
    }
  }

  /** A UTF-16 unit takes at most three bytes, so short lines need no count. */
  #fits(text: string): boolean {
    if (text.length > this.#maximumBytes) return false;
    return text.length * 3 <= this.#maximumBytes || Buffer.byteLength(text) <= this.#maximumBytes;
  }

  #take(): Line {
    this.#number += 1;
    const text = this.#pending.endsWith('\r') ? this.#pending.slice(0, -1) : this.#pending;
    const line = { number: this.#number, text: this.#overlong ? null : text };
    this.#pending = '';
    this.#overlong = false;
    return line;
  }
}
