import { readFileSync } from 'node:fs';
import { findPackageJSON } from 'node:module';
import { dirname, join } from 'node:path';
import { toHex, utf8 } from '../../../crypto/bytes.ts';
import { sha256 } from '../../../crypto/hash.ts';
import { adviserRefusal } from './errors.ts';
import manifest from './prompts/manifest.json' with { type: 'json' };

export type Prompts = {
  /** What every call says first. */
  readonly system: string;
  /** What precedes the list of what an unusable answer lacked. */
  readonly repair: string;
  /** Name, version and first bytes of the hash of the system prompt, for decisions and audit. */
  readonly version: string;
};

/** Where the files stand, in a clone as beside what is built: below the nearest package.json. */
const FOLDER = join(dirname(findPackageJSON('.', import.meta.url) ?? '.'), 'node/triage/advice/prompts');

/**
 * Reads the prompt files and holds them against the manifest that is part of the code, so that nobody changes what
 * models are told without a new version.
 * @throws ADVISER_PROMPT when a file is missing or another than the manifest names
 */
export function loadPrompts(folder: string = FOLDER): Prompts {
  const system = checked(folder, manifest.adviser);
  const { version, sha256: hash } = manifest.adviser;
  const repair = checked(folder, manifest.repair);
  return { system, repair, version: `adviser/${version}/${hash.slice(0, 12)}` };
}

function checked(folder: string, { file, sha256: hash }: (typeof manifest)['adviser']): string {
  let text: string;
  try {
    text = readFileSync(join(folder, file), 'utf8');
  } catch (cause) {
    throw adviserRefusal('ADVISER_PROMPT', { detail: { file }, cause });
  }
  if (toHex(sha256(utf8(text))) !== hash) throw adviserRefusal('ADVISER_PROMPT', { detail: { file } });
  return text;
}
