/** How a page says what becomes of a block of commands: a comment above it. */
const MARKS = { run: '<!-- run -->', start: '<!-- start -->', left: /^<!-- not run: .+ -->$/ } as const;

/**
 * A block of commands of a page. `run` ends by itself; each command of `start` runs until it is told to end; `left` is
 * not for a test, for the reason that its comment gives.
 */
export type Block = { readonly kind: 'run' | 'start' | 'left'; readonly place: string; readonly text: string };

/**
 * The blocks of shell of a page, in their order.
 * @throws naming the line of a block that is not marked, so that no command is left out unnoticed
 */
export function blocksOf(page: string, name: string): readonly Block[] {
  const lines = page.split('\n');
  return lines.flatMap((line, at) => {
    if (line !== '```sh') return [];
    const place = `${name}:${at + 1}`;
    const kind = kindOf(lines.slice(0, at).findLast((above) => above !== '') ?? '');
    if (kind === undefined) throw new Error(`${place}: the block has no mark`);
    const end = lines.indexOf('```', at);
    return [{ kind, place, text: lines.slice(at + 1, end === -1 ? lines.length : end).join('\n') }];
  });
}

function kindOf(mark: string): Block['kind'] | undefined {
  if (mark === MARKS.run) return 'run';
  if (mark === MARKS.start) return 'start';
  return MARKS.left.test(mark) ? 'left' : undefined;
}
