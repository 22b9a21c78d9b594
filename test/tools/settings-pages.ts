import { COORDINATOR_TABLE } from '../../config/settings/coordinator-table.ts';
import { NODE_TABLE } from '../../config/settings/node-table.ts';
import { settingsReference } from '../../config/settings-reference.ts';

/** The reference pages of the two programs' settings, by file name. */
export function settingsPages(): Readonly<Record<string, string>> {
  return {
    'settings.md': settingsReference('Settings of concordat-node', NODE_TABLE),
    'coordinator-settings.md': settingsReference('Settings of concordat-coordinator', COORDINATOR_TABLE),
  };
}
