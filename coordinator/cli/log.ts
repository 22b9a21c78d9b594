import { readFile } from 'node:fs/promises';
import { type Command, Option } from 'commander';
import * as z from 'zod';
import { toBase64url, toHex } from '../../crypto/bytes.ts';
import { encodeStatement } from '../../proto/codec/statement.ts';
import { LOG_NAMES } from '../log/tree-log.ts';
import { parseStatementFile } from '../statement-file.ts';
import type { CliContext } from './context.ts';
import { operate } from './operate.ts';
import { type CommonOptions, withCommonOptions } from './options.ts';
import { print } from './output.ts';
import { CliRefusal } from './refusal.ts';

type CheckpointOptions = CommonOptions & { readonly log: string };
type SubmitOptions = CommonOptions & { readonly countersign?: boolean };

const CHECKPOINT = z.object({ size: z.number(), checkpoint: z.string() });
const REPORT = z.object({ healthy: z.boolean(), lines: z.array(z.string()) });
const SUBMITTED = z.object({ kind: z.string(), index: z.number() });

/** `log checkpoint|verify|submit`: the two logs. */
export function addLog(program: Command, context: CliContext): void {
  const group = program.command('log').description('control log and indicator log');
  withCommonOptions(group.command('checkpoint').description('print the signed head of a log'))
    .addOption(new Option('--log <name>', 'which log').choices(LOG_NAMES).default('control'))
    .action(async (options: CheckpointOptions) => {
      const head = CHECKPOINT.parse(await operate(options, context, 'log.checkpoint', { log: options.log }));
      print(context, options, head, () => [head.checkpoint.trimEnd()]);
    });
  withCommonOptions(group.command('verify').description('re-read both logs: roots, signatures, rules')).action(
    async (options: CommonOptions) => {
      const report = REPORT.parse(await operate(options, context, 'log.verify', {}));
      print(context, options, report, () => report.lines);
      if (!report.healthy) context.exit(1);
    },
  );
  withCommonOptions(group.command('submit').description('put a statement that officers have signed into the log'))
    .argument('<file>', 'statement, as `concordat-node officer sign` leaves it')
    .option('--countersign', "add the CA's signature: a suspension by the CA is lifted with it")
    .action(async (file: string, options: SubmitOptions) => {
      const text = await readFile(file, 'utf8').catch((cause: unknown) => {
        throw new CliRefusal('COORDINATOR_FILE', `cannot read ${file}`, 'check the path', cause);
      });
      const { federationId, statement } = parseStatementFile(text);
      const input = {
        federation_id: toHex(federationId),
        statement: toBase64url(encodeStatement(statement)),
        countersign: options.countersign === true,
      };
      const done = SUBMITTED.parse(await operate(options, context, 'log.submit', input));
      print(context, options, done, () => [`${done.kind} is entry ${done.index} of the control log`]);
    });
}
