import { existsSync } from 'node:fs';
import { readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { writeNew } from '../../config/runtime/private-file.ts';
import { fromBase64url, toBase64url } from '../../crypto/bytes.ts';
import { federationRefusal } from './refusal.ts';

/** What a node keeps of its enrolment; nothing in it is secret. */
export type Enrolment = {
  readonly genesisBytes: Uint8Array;
  /** Own certificate first, DER. */
  readonly certificateChain: readonly Uint8Array[];
  /** host:port of the coordinator's member listener and of its enrolment listener. */
  readonly memberAddress: string;
  readonly enrolmentAddress: string;
};

const FILE = z.strictObject({
  concordat: z.literal('enrolment/1'),
  genesis: z.string(),
  certificate_chain: z.array(z.string()).min(1),
  member_address: z.string().min(3),
  enrolment_address: z.string().min(3),
});

/** Where the enrolment lies in a home. */
export function enrolmentFile(homeRoot: string): string {
  return join(homeRoot, 'federation.json');
}

export function isEnrolled(homeRoot: string): boolean {
  return existsSync(enrolmentFile(homeRoot));
}

/** @throws FEDERATION_NOT_ENROLLED, FEDERATION_FILE */
export async function readEnrolment(homeRoot: string): Promise<Enrolment> {
  if (!isEnrolled(homeRoot)) throw federationRefusal('FEDERATION_NOT_ENROLLED');
  try {
    const file = FILE.parse(JSON.parse(await readFile(enrolmentFile(homeRoot), 'utf8')));
    return {
      genesisBytes: fromBase64url(file.genesis),
      certificateChain: file.certificate_chain.map(fromBase64url),
      memberAddress: file.member_address,
      enrolmentAddress: file.enrolment_address,
    };
  } catch (cause) {
    throw federationRefusal('FEDERATION_FILE', { expected: 'enrolment' }, cause);
  }
}

/** Text of the enrolment file. */
export function enrolmentText(enrolment: Enrolment): string {
  const file = {
    concordat: 'enrolment/1',
    member_address: enrolment.memberAddress,
    enrolment_address: enrolment.enrolmentAddress,
    certificate_chain: enrolment.certificateChain.map(toBase64url),
    genesis: toBase64url(enrolment.genesisBytes),
  };
  return `${JSON.stringify(file, null, 2)}\n`;
}

/** Writes the enrolment of a node that has none; durable on return. @throws FEDERATION_ENROLLED */
export async function writeEnrolment(homeRoot: string, enrolment: Enrolment): Promise<void> {
  if (isEnrolled(homeRoot)) throw federationRefusal('FEDERATION_ENROLLED');
  await writeNew(enrolmentFile(homeRoot), enrolmentText(enrolment));
}

/** Puts the next certificate in place of the last; either the old or the new file is there whatever happens. */
export async function replaceEnrolment(homeRoot: string, enrolment: Enrolment): Promise<void> {
  const path = enrolmentFile(homeRoot);
  await rm(`${path}.next`, { force: true });
  await writeNew(`${path}.next`, enrolmentText(enrolment));
  await rename(`${path}.next`, path);
}
