import { Command, CommanderError } from 'commander';
import { systemFault } from '../../config/runtime/system-fault.ts';
import { usageLine } from '../../config/runtime/usage-line.ts';
import { VERSION } from '../../config/runtime/version.ts';
import { ConcordatError } from '../../proto/domain/errors.ts';
import type { CliContext } from './context.ts';
import { CliRefusal } from './refusal.ts';

type AddCommands = (program: Command, context: CliContext) => void;

/** A file of commands: the first words that it answers to, and how to load it. */
export type CommandFile = { readonly names: readonly string[]; readonly load: () => Promise<AddCommands> };

/**
 * Every command, in the order of the help. A new one is a file beside this and a line here. A file is loaded when its
 * command is called, so that a node that runs holds nothing of the other commands in memory.
 */
export const COMMAND_FILES: readonly CommandFile[] = [
  { names: ['init'], load: async () => (await import('./init.ts')).addInit },
  { names: ['start'], load: async () => (await import('./start.ts')).addStart },
  { names: ['status'], load: async () => (await import('./status.ts')).addStatus },
  { names: ['import'], load: async () => (await import('./import.ts')).addImport },
  { names: ['lists'], load: async () => (await import('./lists.ts')).addLists },
  { names: ['alert'], load: async () => (await import('./alert.ts')).addAlert },
  { names: ['decisions'], load: async () => (await import('./decisions.ts')).addDecisions },
  { names: ['model'], load: async () => (await import('./models.ts')).addModels },
  { names: ['detect'], load: async () => (await import('./detect.ts')).addDetect },
  { names: ['outcomes'], load: async () => (await import('./outcomes.ts')).addOutcomes },
  { names: ['apikey'], load: async () => (await import('./apikey.ts')).addApiKey },
  { names: ['config'], load: async () => (await import('./config.ts')).addConfig },
  { names: ['fsck'], load: async () => (await import('./fsck.ts')).addFsck },
  { names: ['officer'], load: async () => (await import('./officer.ts')).addOfficer },
  { names: ['enrol'], load: async () => (await import('./enrol.ts')).addEnrol },
  { names: ['policy'], load: async () => (await import('./policy.ts')).addPolicy },
  { names: ['shadow', 'share'], load: async () => (await import('./share.ts')).addShare },
  { names: ['suspend'], load: async () => (await import('./suspend.ts')).addSuspend },
  { names: ['indicators'], load: async () => (await import('./indicators.ts')).addIndicators },
  { names: ['entities'], load: async () => (await import('./entities.ts')).addEntities },
  { names: ['graph'], load: async () => (await import('./graph.ts')).addGraph },
  { names: ['match', 'withdraw'], load: async () => (await import('./exchange.ts')).addExchange },
];

/** 0 done, 1 failed, 2 called wrongly. */
export const EXIT = { done: 0, failed: 1, usage: 2 } as const;

/** Runs one command line. What went wrong is one line on standard error, with a hint where there is one. */
export async function runCommandLine(words: readonly string[], context: Omit<CliContext, 'exit'>): Promise<number> {
  let code: number = EXIT.done;
  const inner: CliContext = {
    ...context,
    exit: (asked) => {
      if (code === EXIT.done) code = asked;
    },
  };
  try {
    const program = await programOf(words, inner);
    await program.parseAsync([...words], { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
    context.err(`${errorLine(error)}\n`);
    return error instanceof ConcordatError && error.code === 'CLI_USAGE' ? EXIT.usage : EXIT.failed;
  }
}

/** The program with the commands that the words may mean: those of one file, or all where help is asked for. */
async function programOf(words: readonly string[], context: CliContext): Promise<Command> {
  const program = new Command('concordat-node');
  program
    .description("An agency's node: its own graph and triage; what leaves it is signed and sealed.")
    .version(VERSION)
    // An option behind the name of an inner command is that command's.
    .enablePositionalOptions()
    .configureOutput({
      writeOut: context.out,
      writeErr: context.err,
      outputError: (text, write) => write(usageLine(text, 'CLI_USAGE')),
    })
    .exitOverride();
  const [first = ''] = words;
  const called = COMMAND_FILES.find(({ names }) => names.includes(first));
  for (const { load } of called === undefined ? COMMAND_FILES : [called]) (await load())(program, context);
  for (const command of everyCommand(program)) command.exitOverride().copyInheritedSettings(program);
  return program;
}

function everyCommand(command: Command): readonly Command[] {
  return command.commands.flatMap((inner) => [inner, ...everyCommand(inner)]);
}

/** One line: what is wrong, what helps or where it is wrong, and the code. A fault has no code of ours. */
function errorLine(error: unknown): string {
  const told = systemFault(error) ?? error;
  if (!(told instanceof ConcordatError)) return firstLine(told instanceof Error ? told.message : String(told));
  if (told instanceof CliRefusal) return `${told.message}${told.hint === null ? '' : `: ${told.hint}`} [${told.code}]`;
  const facts = FACTS.flatMap((name) => told.detail[name] ?? []);
  return `${told.message} [${[told.code, ...facts].join(' ')}]`;
}

/** Details that say where in a file or call it is wrong; none of them holds a value. */
const FACTS = ['file', 'expected', 'field'] as const;

/** What a library says may go on with a stack. */
function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? text;
}
