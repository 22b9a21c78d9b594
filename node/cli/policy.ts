import type { Command } from 'commander';
import { toBase64url, toHex } from '../../crypto/bytes.ts';
import { federationIdOf } from '../../crypto/genesis.ts';
import { sha256 } from '../../crypto/hash.ts';
import { decodePolicy, encodePolicy } from '../../proto/codec/policy.ts';
import { encodeStatement } from '../../proto/codec/statement.ts';
import { readEnrolment } from '../federation/home.ts';
import { openOfficerKey } from '../federation/officer-key.ts';
import { parsePolicyFile } from '../federation/policy-file.ts';
import { parseStatementFile, signAsOfficer, statementFileText } from '../federation/statement-file.ts';
import { type CommonOptions, withClientOptions, withCommonOptions } from './common-options.ts';
import type { CliContext } from './context.ts';
import { officerPassphrase, readTextFile, writeTextFile } from './files.ts';
import { print } from './output.ts';
import { existingHome, withNode } from './session.ts';

type SignOptions = CommonOptions & {
  readonly key: string;
  readonly out: string;
  readonly passphraseFile?: string;
  readonly after?: string;
};

/** `policy sign|submit`: what binds the whole federation; made from YAML, signed by officers of m agencies. */
export function addPolicy(program: Command, context: CliContext): void {
  const policy = program.command('policy').description("the federation's signed policy");
  withCommonOptions(policy.command('sign <yaml>'))
    .description('make a policy statement from YAML and sign it as an officer; others sign it with `officer sign`')
    .requiredOption('--key <file>', "the officer's secret key")
    .requiredOption('--out <file>', 'where the statement goes')
    .option('--after <statement>', 'statement of the policy in force, where there is one')
    .option('--passphrase-file <file>', 'passphrase of the key (CONCORDAT_OFFICER_PASSPHRASE)')
    .action(async (path: string, options: SignOptions) => {
      const { genesisBytes } = await readEnrolment(existingHome(options, context).root);
      const follows = await policyInForce(options.after);
      const body = encodePolicy(parsePolicyFile(await readTextFile(path), follows));
      const officer = openOfficerKey(
        await readTextFile(options.key),
        await officerPassphrase(options.passphraseFile, context),
      );
      const federationId = federationIdOf(genesisBytes);
      const signed = signAsOfficer({ federationId, statement: { kind: 'policy', body, signatures: [] } }, officer);
      await writeTextFile(options.out, statementFileText(signed));
      print(
        context,
        options,
        { statement: options.out, version: follows.version + 1, federation_id: toHex(federationId) },
        () => [
          `policy ${follows.version + 1} for federation ${toHex(federationId).slice(0, 16)}…, signed by ${officer.agencyId}`,
          `next: concordat-node officer sign ${options.out} --key KEY, by officers of other agencies`,
        ],
      );
    });
  addSubmit(policy, context);
}

/** Adds `submit <statement>` to a command: any statement that officers have signed goes the same way. */
export function addSubmit(parent: Command, context: CliContext): void {
  withClientOptions(parent.command('submit <statement>'))
    .description('hand a signed statement to the node: it counts at once where the rules let it, and goes to the log')
    .action(async (path: string, options: CommonOptions) => {
      const { statement } = parseStatementFile(await readTextFile(path));
      const body = { statement: toBase64url(encodeStatement(statement)) };
      const answer = await withNode(options, context, (client) => client.post('/api/v1/sharing/statements', body));
      print(context, options, answer, () => [`${statement.kind} statement submitted`]);
    });
}

async function policyInForce(
  path: string | undefined,
): Promise<{ readonly version: number; readonly hash: Uint8Array }> {
  if (path === undefined) return { version: 0, hash: new Uint8Array(32) };
  const { statement } = parseStatementFile(await readTextFile(path));
  return { version: decodePolicy(statement.body, statement.body.length).version, hash: sha256(statement.body) };
}
