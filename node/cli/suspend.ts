import type { Command } from 'commander';
import { toHex } from '../../crypto/bytes.ts';
import { federationIdOf } from '../../crypto/genesis.ts';
import { encodeStatementBody } from '../../proto/codec/statement-body.ts';
import type { SuspensionTarget } from '../../proto/domain/control.ts';
import { asId } from '../../proto/domain/ids.ts';
import { readEnrolment } from '../federation/home.ts';
import { statementFileText } from '../federation/statement-file.ts';
import { type CommonOptions, withCommonOptions } from './common-options.ts';
import type { CliContext } from './context.ts';
import { writeTextFile } from './files.ts';
import { print } from './output.ts';
import { addSubmit } from './policy.ts';
import { CliRefusal } from './refusal.ts';
import { existingHome } from './session.ts';

type CreateOptions = CommonOptions & {
  readonly node?: string;
  readonly agency?: string;
  readonly reason: string;
  readonly out: string;
};

/**
 * `suspend create|submit`: a statement of officers: of a node's own agency, or of m agencies. It needs no coordinator.
 * It names no last sequences: what a member holds when it arrives counts, and nothing after.
 */
export function addSuspend(program: Command, context: CliContext): void {
  const suspend = program.command('suspend').description('suspend a node or an agency, by officers');
  withCommonOptions(suspend.command('create'))
    .description('make a suspension for officers to sign with `officer sign`')
    .option('--node <peer id>', 'node to suspend')
    .option('--agency <id>', 'agency to suspend, with all its nodes')
    .requiredOption('--reason <text>', 'reason, for the log; no names')
    .requiredOption('--out <file>', 'where the statement goes')
    .action(async (options: CreateOptions) => {
      const { genesisBytes } = await readEnrolment(existingHome(options, context).root);
      const suspension = {
        suspensionId: context.random(16),
        target: targetOf(options),
        reason: options.reason,
        issuedAtMs: context.clock.nowMs(),
        heads: [],
      };
      const body = encodeStatementBody({ kind: 'suspension', value: suspension });
      const file = {
        federationId: federationIdOf(genesisBytes),
        statement: { kind: 'suspension', body, signatures: [] },
      } as const;
      await writeTextFile(options.out, statementFileText(file));
      print(context, options, { statement: options.out, suspension_id: toHex(suspension.suspensionId) }, () => [
        `suspension ${toHex(suspension.suspensionId)} in ${options.out}, not signed yet`,
      ]);
    });
  addSubmit(suspend, context);
}

function targetOf({ agency, node }: CreateOptions): SuspensionTarget {
  if (node !== undefined && agency === undefined) return { kind: 'node', peerId: asId(node) };
  if (agency !== undefined && node === undefined) return { kind: 'agency', agencyId: asId(agency) };
  throw new CliRefusal('CLI_USAGE', 'name one node or one agency', '--node PEER or --agency ID');
}
