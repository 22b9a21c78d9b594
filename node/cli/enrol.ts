import type { Command } from 'commander';
import { toHex } from '../../crypto/bytes.ts';
import { openKeyFolder } from '../compose/key-folder.ts';
import { loadNodeSettings } from '../compose/settings.ts';
import { writeEnrolment, isEnrolled } from '../federation/home.ts';
import { identityOf, join, type NodeIdentity, nodeRecordStatement } from '../federation/join.ts';
import { readJoinToken } from '../federation/join-token.ts';
import { federationRefusal } from '../federation/refusal.ts';
import { parseStatementFile, statementFileText } from '../federation/statement-file.ts';
import { type CommonOptions, withCommonOptions } from './common-options.ts';
import type { CliContext } from './context.ts';
import { readTextFile, writeTextFile } from './files.ts';
import { print } from './output.ts';
import { CliRefusal } from './refusal.ts';
import { runningNode } from './run-file.ts';
import { existingHome } from './session.ts';

type RequestOptions = CommonOptions & { readonly token: string; readonly out: string };
type EnrolOptions = CommonOptions & { readonly token: string; readonly record: string };

/** `enrol request` makes the node's record for an officer to sign; `enrol` joins with it and a one-time token. */
export function addEnrol(program: Command, context: CliContext): void {
  const enrol = withCommonOptions(program.command('enrol'))
    .description('join a federation with a one-time token and a record that an officer has signed')
    .option('--token <file>', 'file with the join token')
    .option('--record <statement>', "the node's record, signed with `officer sign`")
    .action(async (options: Partial<EnrolOptions>) => {
      const { token: tokenFile, record: recordFile } = options;
      if (tokenFile === undefined || recordFile === undefined)
        throw new CliRefusal(
          'CLI_USAGE',
          'a token and a signed record are needed',
          'enrol --token FILE --record STATEMENT',
        );
      const { home, identity } = await nodeOf(options, context);
      if (runningNode(home) !== undefined)
        throw new CliRefusal('CLI_RUNNING', `a node runs in ${home.root}`, 'stop it; it joins when it starts again');
      if (isEnrolled(home.root)) throw federationRefusal('FEDERATION_ENROLLED');
      const token = readJoinToken(await readTextFile(tokenFile));
      const record = parseStatementFile(await readTextFile(recordFile)).statement;
      const { enrol: enrolAt } = await import('../coordinator-link/enrol.ts');
      await writeEnrolment(
        home.root,
        await join({ identity, token, record, nowMs: context.clock.nowMs(), enrol: enrolAt }),
      );
      const federationId = toHex(token.federationId);
      print(
        context,
        options,
        { federation: token.genesis.name, federation_id: federationId, peer_id: identity.peerId },
        () => [
          `joined ${token.genesis.name}`,
          `federation id ${federationId}: compare it with what the agencies published`,
          'the node is in shadow mode until two persons run `shadow off`',
        ],
      );
    });
  withCommonOptions(enrol.command('request'))
    .description("make the node's record, for an officer of its agency to sign")
    .requiredOption('--token <file>', 'file with the join token')
    .requiredOption('--out <statement>', 'where the record goes')
    .action(async (options: RequestOptions) => {
      const { identity } = await nodeOf(options, context);
      const token = readJoinToken(await readTextFile(options.token));
      await writeTextFile(
        options.out,
        statementFileText({ federationId: token.federationId, statement: nodeRecordStatement(identity) }),
      );
      print(context, options, { record: options.out, federation: token.genesis.name, peer_id: identity.peerId }, () => [
        `record of ${identity.agencyId}/${identity.nodeId} for ${token.genesis.name} in ${options.out}`,
        `next: concordat-node officer sign ${options.out} --key KEY`,
      ]);
    });
}

async function nodeOf(
  options: CommonOptions,
  context: CliContext,
): Promise<{ home: ReturnType<typeof existingHome>; identity: NodeIdentity }> {
  const home = existingHome(options, context);
  const settings = loadNodeSettings(home, { flags: {}, environment: context.environment });
  const keys = openKeyFolder(home.keys, settings.access.encryptionKey, context.random);
  return { home, identity: await identityOf(keys, settings.node) };
}
