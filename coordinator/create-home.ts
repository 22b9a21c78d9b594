import { mkdir, readdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { stringify } from 'yaml';
import { createMembership } from '../config/policy/membership.ts';
import { writeNew } from '../config/runtime/private-file.ts';
import { toBase64url } from '../crypto/bytes.ts';
import { createIdentityKey, createSealingKey } from '../crypto/keys.ts';
import { createAuthority, createTlsKey } from '../crypto/x509.ts';
import { encodeGenesis } from '../proto/codec/membership.ts';
import type { Agency } from '../proto/domain/control.ts';
import type { Clock, RandomBytes } from '../proto/domain/runtime.ts';
import { coordinatorError } from './errors.ts';
import type { Home } from './home.ts';
import { openKeyFolder } from './key-folder.ts';

/** What the founders have agreed on. */
export type Founding = {
  readonly name: string;
  readonly operator: string;
  readonly agencies: readonly Agency[];
  /** m; more than half of the agencies. */
  readonly approvalsNeeded: number;
};

const SECRET_BYTES = 32;
/** The root signs members' certificates of days; it is replaced with an overlap long before. */
const ROOT_LIFE_MS = 10 * 365 * 86_400_000;
/** A volume that is mounted as the home brings this folder with it. */
const MOUNTED = 'lost+found';

/**
 * Lays out a home: keys, the genesis that names them, and last the settings file, by which a home is one. What was
 * begun is removed when it cannot be finished.
 * @param settings by group and key, as the settings file shall hold them
 * @returns the federation id and the genesis' exact bytes
 * @throws COORDINATOR_HOME when there is anything in the folder, WIRE_FIELD, MEMBERSHIP_KEY for a founding that no
 *         program would start on
 */
export async function createHome(
  home: Home,
  founding: Founding,
  settings: Readonly<Record<string, Readonly<Record<string, unknown>>>>,
  deps: { readonly clock: Clock; readonly random: RandomBytes },
): Promise<{ readonly federationId: Uint8Array; readonly genesis: Uint8Array }> {
  await mkdir(home.root, { recursive: true, mode: 0o700 });
  if ((await readdir(home.root)).some((name) => name !== MOUNTED)) throw coordinatorError('COORDINATOR_HOME');
  try {
    await mkdir(home.keys, { mode: 0o700 });
    const genesis = await found(home, founding, deps);
    const { federationId } = createMembership(genesis);
    await writeNew(home.genesis, genesis);
    const own = { encryption_key_file: join(basename(home.keys), basename(home.encryptionKey)) };
    const text = stringify({ ...settings, coordinator: { ...own, ...settings['coordinator'] } });
    await writeNew(
      home.config,
      `# Settings of this coordinator; all of them: concordat-coordinator config print.\n${text}`,
    );
    return { federationId, genesis };
  } catch (error) {
    for (const name of await readdir(home.root)) {
      if (name !== MOUNTED) await rm(join(home.root, name), { recursive: true });
    }
    throw error;
  }
}

async function found(
  home: Home,
  founding: Founding,
  { clock, random }: { readonly clock: Clock; readonly random: RandomBytes },
): Promise<Uint8Array> {
  const encryptionKey = toBase64url(random(SECRET_BYTES));
  await writeNew(home.encryptionKey, `${encryptionKey}\n`);
  const keys = openKeyFolder(home.keys, encryptionKey, random);
  const nowMs = clock.nowMs();
  const logKey = createIdentityKey(random);
  const enrolmentKey = createSealingKey(random);
  const authority = await createAuthority({
    name: founding.name.slice(0, 64),
    notBeforeMs: nowMs - 3_600_000,
    notAfterMs: nowMs + ROOT_LIFE_MS,
  });
  await keys.put('log', logKey.secretKey);
  await keys.put('enrolment', enrolmentKey.secretKey);
  await keys.put('authority', authority.pkcs8);
  await keys.put('tls', (await createTlsKey()).pkcs8);
  return encodeGenesis({
    version: 1,
    ...founding,
    logKey: logKey.publicKey,
    rootCertificate: authority.certificate,
    enrolmentKey: enrolmentKey.publicKey,
    createdAtMs: nowMs,
    nonce: random(16),
  });
}
