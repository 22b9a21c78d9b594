import { readPrivate } from '../../config/runtime/private-file.ts';
import type { Home } from '../compose/home.ts';
import type { CommonOptions } from './common-options.ts';
import type { CliContext } from './context.ts';
import { CliRefusal } from './refusal.ts';

/**
 * The API key of the person at the keyboard: from --key-file, from the environment, else the operator's in the home.
 * @throws CLI_NO_KEY, KEYS_EXPOSED
 */
export async function apiKeyFor(home: Home, options: CommonOptions, context: CliContext): Promise<string> {
  const inline = context.environment['CONCORDAT_API_KEY'] ?? '';
  if (options.keyFile === undefined && inline !== '') return inline;
  const path = options.keyFile ?? (context.environment['CONCORDAT_API_KEY_FILE'] || home.operatorKey);
  try {
    return new TextDecoder().decode(await readPrivate(path)).trim();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'KEYS_EXPOSED') throw error;
    throw new CliRefusal('CLI_NO_KEY', `no API key in ${path}`, 'give --key-file FILE or CONCORDAT_API_KEY', error);
  }
}
