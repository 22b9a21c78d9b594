import type { Command } from 'commander';
import { toHex } from '../../crypto/bytes.ts';
import { agencyFileText } from '../federation/agency-file.ts';
import { createOfficerKey, openOfficerKey } from '../federation/officer-key.ts';
import { parseStatementFile, signAsOfficer, statementFileText } from '../federation/statement-file.ts';
import type { CliContext } from './context.ts';
import { officerPassphrase, readTextFile, readTextFileIfThere, writeSecretFile, writeTextFile } from './files.ts';
import { print } from './output.ts';

type CreateOptions = {
  readonly agency: string;
  readonly name: string;
  readonly group?: string;
  readonly jurisdiction: string;
  readonly key: string;
  readonly agencyFile: string;
  readonly passphraseFile?: string;
  readonly json?: boolean;
};
type SignOptions = { readonly key: string; readonly passphraseFile?: string; readonly json?: boolean };

/** `officer create|sign`: keys of the people who speak for an agency. They need no node and should not be on one. */
export function addOfficer(program: Command, context: CliContext): void {
  const officer = program.command('officer').description('keys of those who speak for an agency, and what they sign');
  officer
    .command('create')
    .description("make an officer's key, and add it to the agency's public file")
    .requiredOption('--agency <id>', 'short name of the agency')
    .requiredOption('--name <name>', 'full name of the agency')
    .requiredOption('--jurisdiction <code>', 'ISO 3166 code of its country, two capital letters')
    .option('--group <name>', 'corporate group (default the agency itself); a group counts once towards k')
    .requiredOption('--key <file>', 'where the secret key goes')
    .requiredOption('--agency-file <file>', 'public file of the agency, for whoever writes the genesis')
    .option('--passphrase-file <file>', 'passphrase that seals the key (CONCORDAT_OFFICER_PASSPHRASE)')
    .option('--json', 'write JSON for programs instead of text for people')
    .action(async (options: CreateOptions) => {
      const passphrase = await officerPassphrase(options.passphraseFile, context);
      const { key, text } = createOfficerKey(options.agency, passphrase, context.random);
      const agency = {
        agency_id: options.agency,
        name: options.name,
        corporate_group: options.group ?? options.agency,
        jurisdiction: options.jurisdiction,
      };
      const agencyText = agencyFileText(agency, key.pair.publicKey, await readTextFileIfThere(options.agencyFile));
      await writeSecretFile(options.key, text);
      await writeTextFile(options.agencyFile, agencyText);
      const publicKey = toHex(key.pair.publicKey);
      print(
        context,
        options,
        { agency: options.agency, public_key: publicKey, key: options.key, agency_file: options.agencyFile },
        () => [
          `officer of ${options.agency}: ${publicKey}`,
          `secret key in ${options.key}; keep it off the node`,
          `public file ${options.agencyFile}`,
        ],
      );
    });
  officer
    .command('sign <statement>')
    .description("add the officer's signature to a statement file, after showing what it says")
    .requiredOption('--key <file>', "the officer's secret key")
    .option('--passphrase-file <file>', 'passphrase of the key (CONCORDAT_OFFICER_PASSPHRASE)')
    .option('--json', 'write JSON for programs instead of text for people')
    .action(async (path: string, options: SignOptions) => {
      const key = openOfficerKey(
        await readTextFile(options.key),
        await officerPassphrase(options.passphraseFile, context),
      );
      const signed = signAsOfficer(parseStatementFile(await readTextFile(path)), key);
      const text = statementFileText(signed);
      await writeTextFile(path, text);
      const signers = signed.statement.signatures.map(({ agencyId }) => agencyId);
      print(context, options, { statement: path, kind: signed.statement.kind, signed_by: signers }, () => [
        `${signed.statement.kind} statement, signed by ${signers.join(', ')}:`,
        JSON.stringify((JSON.parse(text) as { reads: unknown }).reads, null, 2),
      ]);
    });
}
