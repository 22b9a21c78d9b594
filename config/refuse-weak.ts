import type { SettingProblem } from './problem.ts';
import { isPublishedPassword, weakness } from './secret-strength.ts';
import type { NodeSettings } from './settings/node-table.ts';

/**
 * What a node does not start with outside development: secrets that can be guessed, passwords that are published,
 * answers that tell of faults. Call it with settings that were read without problems.
 */
export function weakSettings(settings: NodeSettings): readonly SettingProblem[] {
  if (settings.node.profile === 'development') return [];
  const problems: SettingProblem[] = [];
  const refuse = (code: SettingProblem['code'], path: string, expected: string, hint: string): void => {
    problems.push({ code, path, source: 'production profile', expected, got: null, hint });
  };
  for (const [path, secret] of [
    ['access.jwt_secret', settings.access.jwtSecret],
    ['access.encryption_key', settings.access.encryptionKey],
  ] as const) {
    const reason = weakness(secret);
    if (reason !== undefined) refuse('CONFIG_SECRET_WEAK', path, reason, 'openssl rand -base64 32');
  }
  if (settings.access.jwtSecret === settings.access.encryptionKey)
    refuse(
      'CONFIG_SECRET_WEAK',
      'access.encryption_key',
      'another secret than access.jwt_secret',
      'one purpose a secret',
    );
  if (settings.graph.neo4jPassword !== null && isPublishedPassword(settings.graph.neo4jPassword))
    refuse('CONFIG_SECRET_DEFAULT', 'graph.neo4j_password', 'no published default password', 'set one of your own');
  if (settings.api.debug) refuse('CONFIG_PROFILE', 'api.debug', 'false', 'CONCORDAT_PROFILE=development allows it');
  return problems;
}
