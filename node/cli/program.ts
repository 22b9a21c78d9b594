import { Command, CommanderError } from 'commander';
import { VERSION } from '../../config/runtime/version.ts';
import { ConcordatError } from '../../proto/domain/errors.ts';
import { addAlert } from './alert.ts';
import { addApiKey } from './apikey.ts';
import { addConfig } from './config.ts';
import type { CliContext } from './context.ts';
import { addDecisions } from './decisions.ts';
import { addEnrol } from './enrol.ts';
import { addExchange } from './exchange.ts';
import { addFsck } from './fsck.ts';
import { addImport } from './import.ts';
import { addInit } from './init.ts';
import { addOfficer } from './officer.ts';
import { addPolicy } from './policy.ts';
import { CliRefusal } from './refusal.ts';
import { addShare } from './share.ts';
import { addStart } from './start.ts';
import { addStatus } from './status.ts';
import { addSuspend } from './suspend.ts';

/** Every command, in the order of the help. A new one is a file beside this and a line here. */
const COMMANDS: readonly ((program: Command, context: CliContext) => void)[] = [
  addInit,
  addStart,
  addStatus,
  addImport,
  addAlert,
  addDecisions,
  addApiKey,
  addConfig,
  addFsck,
  addOfficer,
  addEnrol,
  addPolicy,
  addShare,
  addSuspend,
  addExchange,
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
    await programOf(inner).parseAsync([...words], { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
    context.err(`${errorLine(error)}\n`);
    return error instanceof ConcordatError && error.code === 'CLI_USAGE' ? EXIT.usage : EXIT.failed;
  }
}

function programOf(context: CliContext): Command {
  const program = new Command('concordat-node');
  program
    .description("An agency's node: its own graph, triage and console; what leaves it is signed and sealed.")
    .version(VERSION)
    // An option behind the name of an inner command is that command's.
    .enablePositionalOptions()
    .configureOutput({ writeOut: context.out, writeErr: context.err })
    .showHelpAfterError('(--help shows how)')
    .exitOverride();
  for (const add of COMMANDS) add(program, context);
  for (const command of everyCommand(program)) command.exitOverride().copyInheritedSettings(program);
  return program;
}

function everyCommand(command: Command): readonly Command[] {
  return command.commands.flatMap((inner) => [inner, ...everyCommand(inner)]);
}

/** A refusal is its own line; anything else is a fault, told in one line too, with its code where it has one. */
function errorLine(error: unknown): string {
  if (error instanceof CliRefusal) return error.hint === null ? error.message : `${error.message}: ${error.hint}`;
  if (error instanceof ConcordatError) {
    const { field } = error.detail;
    return `${error.message} [${error.code}${typeof field === 'string' ? ` ${field}` : ''}]`;
  }
  return error instanceof Error ? error.message : String(error);
}
