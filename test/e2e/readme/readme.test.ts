import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { blocksOf } from './blocks.ts';
import { Terminal } from './terminal.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
const PAGES = ['README.md', ...globSync('docs/**/*.md', { cwd: ROOT }).sort()];
const WITH_COMMANDS = PAGES.filter((page) => blocksOf(read(page), page).some(({ kind }) => kind !== 'left'));
/** What a reader must have seen at the end of a page. */
const TOLD: Readonly<Record<string, readonly RegExp[]>> = {
  'README.md': [/^alerts +42 +42 +42 +0 /m, /^Aefddcc85323 SANCTIONS CRITICAL decided$/m, /^ledger: .* verified$/m],
  'docs/federation.md': [
    /^active: objects leave where policy allows them$/m,
    /^summary +sent 1$/m,
    /^harbourbank +(?:no_)?hit/m,
    /"withdrawal_id"/,
    /^islecredit\/node-1 +suspended/m,
    /^both logs are sound$/m,
  ],
};

// One after the other: each runs programs that would take the other's time.
for (const page of WITH_COMMANDS) {
  test.serial(`S0-50 every command of ${page} does what the page says, in the order of the page`, async (t) => {
    const written = await follow(t, page);
    for (const told of TOLD[page] ?? []) t.regex(written, told);
  });
}

/** @returns what the blocks that end by themselves have written */
async function follow(t: ExecutionContext, page: string): Promise<string> {
  const terminal = await Terminal.open();
  t.teardown(() => terminal.close());
  const written: string[] = [];
  for (const { kind, text } of blocksOf(read(page), page)) {
    if (kind === 'run') written.push(await terminal.run(text));
    if (kind === 'start') for (const command of text.split('\n')) await terminal.start(command);
  }
  t.true(
    (await terminal.close()).every((code) => code === 0),
    'every program ends well',
  );
  return written.join('\n');
}

test('the names that the README gives the two programs are the scripts of package.json', (t) => {
  const { scripts } = JSON.parse(read('package.json')) as { readonly scripts: Readonly<Record<string, string>> };
  const [, ...names] =
    /^alias (concordat-node)='npm run -s (\w+) --' (concordat-coordinator)='npm run -s (\w+) --'$/m.exec(
      read('README.md'),
    ) ?? [''];
  t.deepEqual(names, ['concordat-node', 'node', 'concordat-coordinator', 'coordinator']);
  t.like(scripts, { node: 'node node/main.ts', coordinator: 'node coordinator/main.ts' });
});

test('S0-50 (links) every link of the pages leads to a file', (t) => {
  for (const page of [...PAGES, 'ARCHITECTURE.md', 'SECURITY.md']) {
    for (const [, target = ''] of read(page).matchAll(/\]\((?!https?:)([^)#]+)\)/g))
      t.true(existsSync(join(ROOT, dirname(page), target)), `${page}: ${target}`);
  }
});

test('the pages whose commands are run are those that say what must be seen at their end', (t) => {
  t.deepEqual(WITH_COMMANDS, Object.keys(TOLD));
});

test('a block of commands without a mark is found', (t) => {
  t.throws(() => blocksOf('text\n\n```sh\ntrue\n```\n', 'page'), { message: 'page:3: the block has no mark' });
});

function read(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}
