import { mkdir, readdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { stringify } from 'yaml';
import { problemError } from '../../config/problem.ts';
import { writeNew } from '../../config/runtime/private-file.ts';
import { type SettingRow, settingRows } from '../../config/settings/setting.ts';
import { NODE_TABLE } from '../../config/settings/node-table.ts';
import { toBase64url } from '../../crypto/bytes.ts';
import { createIdentityKey, createSealingKey } from '../../crypto/keys.ts';
import { peerIdText } from '../../crypto/peer-id.ts';
import type { PeerIdText } from '../../proto/domain/ids.ts';
import { ConcordatError } from '../../proto/domain/errors.ts';
import type { RandomBytes } from '../../proto/domain/runtime.ts';
import type { Home } from './home.ts';
import { openKeyFolder } from './key-folder.ts';

const SECRET_BYTES = 32;
/** A volume that is mounted as the home brings this folder with it. */
const MOUNTED = 'lost+found';

/**
 * Lays out a home: folders, strong secrets and private keys, each in a file of its own, and last the settings file, by
 * which a home is one. What was begun is removed when it cannot be finished.
 * @param settings further settings by path, `api.port`, as the file shall hold them
 * @throws CLI_HOME_EXISTS when there is anything in the folder, CONFIG_VALUE
 */
export async function createHome(
  home: Home,
  settings: Readonly<Record<string, string>>,
  random: RandomBytes,
): Promise<{ readonly peerId: PeerIdText }> {
  await mkdir(home.root, { recursive: true, mode: 0o700 });
  if ((await readdir(home.root)).some((name) => name !== MOUNTED))
    throw new ConcordatError('CLI_HOME_EXISTS', `${home.root} is not empty`);
  const config = settingsText(home, settings);
  try {
    for (const folder of [home.keys, home.ledger, home.graph, home.artefacts, home.backups])
      await mkdir(folder, { mode: 0o700 });
    const encryptionKey = toBase64url(random(SECRET_BYTES));
    await writeNew(home.encryptionKey, `${encryptionKey}\n`);
    await writeNew(home.jwtSecret, `${toBase64url(random(SECRET_BYTES))}\n`);
    const peerId = await createKeys(home, encryptionKey, random);
    await writeNew(home.config, config);
    return { peerId };
  } catch (error) {
    await clearHome(home);
    throw error;
  }
}

/** Removes what createHome made, when what follows it fails. */
export async function clearHome(home: Home): Promise<void> {
  for (const name of await readdir(home.root))
    if (name !== MOUNTED) await rm(join(home.root, name), { recursive: true });
}

async function createKeys(home: Home, encryptionKey: string, random: RandomBytes): Promise<PeerIdText> {
  const keys = openKeyFolder(home.keys, encryptionKey, random);
  const identity = createIdentityKey(random);
  await keys.put('identity', identity.secretKey);
  await keys.put('sealing', createSealingKey(random).secretKey);
  // Loaded here: certificates are a large part of a process that otherwise handles none.
  const { createTlsKey } = await import('../../crypto/x509.ts');
  await keys.put('tls', (await createTlsKey()).pkcs8);
  await keys.put('hint', random(SECRET_BYTES));
  return peerIdText(identity.publicKey);
}

/** Only what differs from the defaults, in the order of the table and in its types, so that the file stays readable. */
function settingsText(home: Home, settings: Readonly<Record<string, string>>): string {
  const given: Readonly<Record<string, string>> = {
    'access.jwt_secret_file': join(basename(home.keys), basename(home.jwtSecret)),
    'access.encryption_key_file': join(basename(home.keys), basename(home.encryptionKey)),
    ...settings,
  };
  const groups: Record<string, Record<string, unknown>> = {};
  for (const row of settingRows(NODE_TABLE))
    for (const path of [row.path, `${row.path}_file`]) {
      const value = given[path];
      const [group = '', key = ''] = path.split('.');
      if (value !== undefined) (groups[group] ??= {})[key] = path === row.path ? typed(row, value) : value;
    }
  return `# Settings of this node; all of them are in docs/reference/settings.md.\n${stringify(groups)}`;
}

function typed({ path, setting }: SettingRow, value: string): unknown {
  const parsed = setting.kind.schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const source = `--${path.replace(/[._]/g, '-')}`;
  const { type: expected } = setting.kind;
  throw problemError({ code: 'CONFIG_VALUE', path, source, expected, got: JSON.stringify(value), hint: null });
}
