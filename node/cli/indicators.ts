import type { Command } from 'commander';
import * as z from 'zod';
import { LIMITS } from '../../config/settings/limits.ts';
import { fromBase64url, toHex } from '../../crypto/bytes.ts';
import { federationIdOf } from '../../crypto/genesis.ts';
import { decodeIndicator, decodeSignedIndicator } from '../../proto/codec/indicator.ts';
import { decodeGenesis } from '../../proto/codec/membership.ts';
import type { SignedIndicator } from '../../proto/domain/exchange.ts';
import type { ApiClient } from '../api/client/api-client.ts';
import { readEnrolment } from '../federation/home.ts';
import { federationRefusal } from '../federation/refusal.ts';
import { openIndicator } from '../sharing/indicator-verify.ts';
import { type CommonOptions, withClientOptions, withCommonOptions } from './common-options.ts';
import type { CliContext } from './context.ts';
import { readBytesFile, readTextFile, writeTextFile } from './files.ts';
import { print, table } from './output.ts';
import { CliRefusal } from './refusal.ts';
import { existingHome, withNode } from './session.ts';

type ExportOptions = CommonOptions & { readonly out: string };
type VerifyOptions = CommonOptions & { readonly genesis?: string };
type IndicatorItem = {
  readonly indicator_id: string;
  readonly identifier_type: string;
  readonly holder_agency: string;
  readonly identifier: string;
  readonly group_count: number;
  readonly typologies: readonly string[];
};

const PAGE = z.object({ items: z.array(z.object({ position: z.int(), signed: z.string() })) });
const FILE = z.strictObject({ concordat: z.literal('indicator/1'), indicator_id: z.string(), signed: z.string() });

/** `indicators list|export|verify`: what peers found together, and its proof for whoever has only a file and the genesis. */
export function addIndicators(program: Command, context: CliContext): void {
  const group = program.command('indicators').description('indicators that this node can read');
  withClientOptions(group.command('list'))
    .description('list them')
    .action(async (options: CommonOptions) => {
      const { items } = (await withNode(options, context, (client) => client.get('/api/v1/indicators'))) as {
        items: readonly IndicatorItem[];
      };
      print(context, options, { items }, () => [
        `${items.length} indicators`,
        ...table(
          items.map((item) => [
            item.indicator_id,
            item.identifier_type,
            item.holder_agency,
            item.identifier,
            `${item.group_count} agencies`,
            item.typologies.join(' '),
          ]),
        ),
      ]);
    });
  withClientOptions(group.command('export'))
    .description('write an indicator as it was signed; whom it is about stays sealed in it')
    .argument('<indicator-id>')
    .requiredOption('--out <file>', 'where it goes')
    .action(async (id: string, options: ExportOptions) => {
      const signed = await withNode(options, context, (client) => signedIndicator(client, id));
      if (signed === undefined)
        throw new CliRefusal('CLI_FILE', `no indicator ${id}`, 'concordat-node indicators list');
      const file = { concordat: 'indicator/1', indicator_id: id, signed };
      await writeTextFile(options.out, `${JSON.stringify(file, null, 2)}\n`);
      print(context, options, { indicator_id: id, file: options.out }, () => [`indicator ${id} in ${options.out}`]);
    });
  withCommonOptions(group.command('verify'))
    .description('prove an exported indicator from its file and the genesis alone; needs no node and no network')
    .argument('<file>')
    .option('--genesis <file>', "the federation's genesis (default that of the home)")
    .action(async (path: string, options: VerifyOptions) => {
      const genesisBytes =
        options.genesis === undefined
          ? (await readEnrolment(existingHome(options, context).root)).genesisBytes
          : await readBytesFile(options.genesis);
      const facts = verified(await readTextFile(path), genesisBytes);
      print(context, options, facts, () => [
        `indicator ${facts.indicator_id} holds: signed and logged at ${facts.position} of ${facts.log_size}`,
        facts.withdrawn
          ? 'it was withdrawn'
          : `opened in epoch ${facts.epoch} by ${facts.group_count} independent agencies`,
      ]);
    });
}

/** Looks through the log for an indicator; undefined when it is not there or was erased. */
async function signedIndicator(client: ApiClient, id: string): Promise<string | undefined> {
  for (let position = 0; ;) {
    const { items } = PAGE.parse(await client.get('/api/v1/indicators/log', { position }));
    const found = items.find(({ signed }) => idOf(decode(signed)) === id);
    const last = items.at(-1);
    if (found !== undefined || last === undefined) return found?.signed;
    position = last.position + 1;
  }
}

/** @throws FEDERATION_FILE, SHARING_INDICATOR, CRYPTO_CHECKPOINT, WIRE_* */
function verified(text: string, genesisBytes: Uint8Array) {
  const signed = decode(parse(text).signed);
  const origin = `concordat/${toHex(federationIdOf(genesisBytes))}/indicators`;
  const { logKey } = decodeGenesis(genesisBytes);
  const { indicator, treeSize } = openIndicator(signed, {
    logKey,
    origin,
    indicatorBytes: LIMITS.envelopePayloadBytes,
  });
  if (indicator === undefined) throw federationRefusal('FEDERATION_FILE', { expected: 'indicator with its contents' });
  return {
    indicator_id: toHex(indicator.indicatorId),
    position: signed.position,
    log_size: treeSize,
    epoch: indicator.epoch,
    group_count: indicator.groupCount,
    withdrawn: indicator.withdrawn,
  };
}

function parse(text: string): z.infer<typeof FILE> {
  try {
    return FILE.parse(JSON.parse(text));
  } catch (cause) {
    throw federationRefusal('FEDERATION_FILE', { expected: 'indicator' }, cause);
  }
}

function decode(signed: string): SignedIndicator {
  return decodeSignedIndicator(fromBase64url(signed), LIMITS.gossipMessageBytes);
}

function idOf({ indicator }: SignedIndicator): string | undefined {
  return indicator.length === 0
    ? undefined
    : toHex(decodeIndicator(indicator, LIMITS.envelopePayloadBytes).indicatorId);
}
