import { COLUMNS, heading } from './report.ts';

/** Where the demo tells of itself: text for people on standard output; with --json, progress goes to standard error. */
export class Screen {
  readonly #write: (text: string) => void;
  readonly #startedAt = performance.now();
  readonly #steps: number;
  #step = 0;
  #title = 'preparing';

  constructor(settings: { readonly steps: number }, deps: { readonly write: (text: string) => void }) {
    this.#steps = settings.steps;
    this.#write = deps.write;
  }

  /** What is being done; it says that its data is made up. */
  begin(title: string): void {
    this.#step += 1;
    this.#title = title;
    this.line(heading(`${this.#step}/${this.#steps} ${title}`));
  }

  /** One line, with the seconds since the start. */
  tell(text: string): void {
    const seconds = `${((performance.now() - this.#startedAt) / 1_000).toFixed(1)} s`.padStart(7);
    this.line(`${seconds}  ${text}`.slice(0, COLUMNS));
  }

  line(text: string): void {
    this.#write(`${text}\n`);
  }

  /** Where the demo is, for the line that says what failed. */
  where(): string {
    return this.#step === 0 ? this.#title : `step ${this.#step}/${this.#steps}, ${this.#title}`;
  }

  seconds(): number {
    return (performance.now() - this.#startedAt) / 1_000;
  }
}
