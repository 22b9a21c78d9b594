/** Pairs that are one, and by them who belongs together: the components of a graph to which pairs can be added. */
export class Clusters {
  readonly #neighbours = new Map<string, Set<string>>();

  add(one: string, other: string): void {
    for (const [from, to] of [
      [one, other],
      [other, one],
    ] as const) {
      const known = this.#neighbours.get(from);
      if (known === undefined) this.#neighbours.set(from, new Set([to]));
      else known.add(to);
    }
  }

  remove(one: string, other: string): void {
    this.#neighbours.get(one)?.delete(other);
    this.#neighbours.get(other)?.delete(one);
  }

  /** All that belong together with one, itself among them, in order. */
  of(member: string): readonly string[] {
    const found = new Set([member]);
    for (const reached of found) for (const next of this.#neighbours.get(reached) ?? []) found.add(next);
    return [...found].sort();
  }
}
