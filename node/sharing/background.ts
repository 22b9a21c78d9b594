import { isRefusal } from '../../proto/domain/errors.ts';
import type { Log } from '../../proto/domain/runtime.ts';

/** Work that nobody waits for where it begins. What goes wrong in it is logged and ends nothing else. */
export class Background {
  readonly #log: Log;
  readonly #single = new Map<string, Promise<void>>();
  readonly #running = new Set<Promise<void>>();

  constructor(log: Log) {
    this.#log = log;
  }

  /** Begins work, unless work of this name is under way. Resolves when it has ended, however it did. */
  single(name: string, work: () => Promise<unknown>): Promise<void> {
    const running = this.#single.get(name);
    if (running !== undefined) return running;
    const begun = this.begin(name, work).finally(() => this.#single.delete(name));
    this.#single.set(name, begun);
    return begun;
  }

  /** Begins work, whatever else is under way. Resolves when it has ended, however it did. */
  begin(name: string, work: () => Promise<unknown>): Promise<void> {
    const begun = this.#guarded(name, work).finally(() => this.#running.delete(begun));
    this.#running.add(begun);
    return begun;
  }

  /** Resolves when nothing is under way any more. */
  async settled(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  async #guarded(name: string, work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
    } catch (error) {
      const [what = ''] = name.split(' ');
      const problem = error instanceof Error ? error.name : typeof error;
      if (isRefusal(error)) this.#log.debug({ what, code: error.code }, 'work of the sharing layer was refused');
      else this.#log.error({ what, problem }, 'work of the sharing layer failed');
    }
  }
}
