/** Reads one section of the status, at once or by a promise; its value is plain JSON with snake_case names and no personal data. */
export type StatusSection = () => unknown;

/** The sections of `GET /api/v1/status`, by name: each part of the node adds its own. */
export class StatusBoard {
  readonly #sections = new Map<string, StatusSection>();

  add(name: string, section: StatusSection): void {
    this.#sections.set(name, section);
  }

  async read(): Promise<Readonly<Record<string, unknown>>> {
    const read = [...this.#sections].map(async ([name, section]) => [name, await section()] as const);
    return Object.fromEntries(await Promise.all(read));
  }
}
