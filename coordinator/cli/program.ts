import { Command, CommanderError } from 'commander';
import { systemFault } from '../../config/runtime/system-fault.ts';
import { usageLine } from '../../config/runtime/usage-line.ts';
import { VERSION } from '../../config/runtime/version.ts';
import { isRefusal } from '../../proto/domain/errors.ts';
import { addAudit } from './audit.ts';
import { addConfig } from './config.ts';
import type { CliContext } from './context.ts';
import { addInit } from './init.ts';
import { addLog } from './log.ts';
import { addNodes } from './nodes.ts';
import { CliRefusal } from './refusal.ts';
import { addStart } from './start.ts';
import { addToken } from './token.ts';

/** Every command, in the order of the help. A new one is a file beside this and a line here. */
const COMMANDS: readonly ((program: Command, context: CliContext) => void)[] = [
  addInit,
  addStart,
  addToken,
  addNodes,
  addLog,
  addAudit,
  addConfig,
];

/** 0 done, 1 failed, 2 called wrongly. */
const EXIT = { done: 0, failed: 1, usage: 2 } as const;

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
    return isRefusal(error, 'COORDINATOR_COMMAND') ? EXIT.usage : EXIT.failed;
  }
}

function programOf(context: CliContext): Command {
  const program = new Command('concordat-coordinator');
  program
    .description("A federation's coordinator: enrols and suspends nodes, keeps its logs, opens flags; it reads none.")
    .version(VERSION)
    .configureOutput({
      writeOut: context.out,
      writeErr: context.err,
      outputError: (text, write) => write(usageLine(text, 'COORDINATOR_COMMAND')),
    })
    .exitOverride();
  for (const add of COMMANDS) add(program, context);
  for (const command of everyCommand(program)) command.exitOverride().copyInheritedSettings(program);
  return program;
}

function everyCommand(command: Command): readonly Command[] {
  return command.commands.flatMap((inner) => [inner, ...everyCommand(inner)]);
}

/** One line: what is wrong, what helps or where it is wrong, and the code. A fault has no code of ours. */
function errorLine(error: unknown): string {
  const told = systemFault(error) ?? error;
  if (told instanceof CliRefusal) return `${told.message}: ${told.hint} [${told.code}]`;
  if (!isRefusal(told)) return firstLine(told instanceof Error ? told.message : String(told));
  const detail = Object.entries(told.detail).filter(([, value]) => value !== undefined);
  const facts = detail.map(([key, value]) => ` ${key} ${String(value)}`).join('');
  return `${told.message} [${told.code}${facts}]`;
}

/** What a library says may go on with a stack. */
function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? text;
}
