import test from 'ava';
import { Command } from 'commander';
import { COMMAND_FILES } from '../../../node/cli/program.ts';
import type { CliContext } from '../../../node/cli/context.ts';
import { commandLine } from './fixture.ts';

/** One line with the way to help and the code. A group without its verb is shown its verbs instead. */
const USAGE = /^[^\n]+: --help shows how \[CLI_USAGE\]\n$/;

for (const [what, words] of [
  ['an unknown command', ['frobnicate']],
  ['an unknown option', ['status', '--frob']],
  ['a missing option', ['init']],
  ['a missing argument', ['import']],
  ['a choice that there is not', ['apikey', 'create', '--person', 'A', '--role', 'king']],
  ['a day that there is not', ['import', 'x', '--until', '2030-02-30']],
  ['a kind of identifier that there is not', ['match', '--type', 'x', '--value', 'y', '--purpose', 'p', '--case', 'c']],
  ['a group without its verb', ['decisions']],
] as const) {
  test(`${what} ends with 2, says so on standard error and nothing on standard output`, async (t) => {
    const { run } = commandLine(t);
    const { code, out, err } = await run(words);
    t.is(code, 2);
    t.is(out, '');
    t.true(words.length === 1 && words[0] === 'decisions' ? err.includes('Usage:') : USAGE.test(err), err);
    t.notRegex(err, /\bat .*:\d+:\d+/);
  });
}

test('help and version end with 0', async (t) => {
  const { run } = commandLine(t);
  t.is((await run(['--help'])).code, 0);
  t.regex((await run(['--version'])).out, /^\d+\.\d+\.\d+\n$/);
  const { code, out } = await run(['start', '--help']);
  t.is(code, 0);
  t.regex(out, /--api-port <value>/);
  t.regex(out, /--access-jwt-secret-file <file>/);
  t.notRegex(out, /--access-jwt-secret </);
});

for (const words of [
  ['status'],
  ['start'],
  ['fsck'],
  ['config', 'check'],
  ['decisions', 'export'],
  ['policy', 'sign', 'x.yaml', '--key', 'x', '--out', 'x'],
  ['suspend', 'create', '--node', 'x', '--reason', 'x', '--out', 'x'],
  ['indicators', 'verify', 'x'],
]) {
  test(`${words.slice(0, 2).join(' ')} without a home ends with 1 and one line with a hint`, async (t) => {
    const { at } = commandLine(t);
    const { code, err } = await at(words);
    t.is(code, 1);
    t.regex(err, /^no node in .*: concordat-node init --agency NAME, or --home DIR \[CLI_HOME_MISSING\]\n$/);
  });
}

for (const { names, load } of COMMAND_FILES) {
  test(`the file of ${names.join(', ')} adds just these commands`, async (t) => {
    const program = new Command();
    const notCalled = {} as CliContext;
    (await load())(program, notCalled);
    t.deepEqual(
      program.commands.map((command) => command.name()),
      [...names],
    );
  });
}

test('help of everything names every command', async (t) => {
  const { out } = await commandLine(t).run(['--help']);
  for (const name of COMMAND_FILES.flatMap(({ names }) => names)) t.regex(out, new RegExp(`^  ${name}\\b`, 'm'));
});
