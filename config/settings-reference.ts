import { type SettingsTable, settingRows } from './settings/setting.ts';

/** The reference of a table's settings as Markdown: one row a setting, in the table's order. */
export function settingsReference(title: string, table: SettingsTable): string {
  const rows = settingRows(table).map(({ path, environment, setting }) => {
    const fallback = setting.default === undefined ? 'required' : code(setting.default);
    const names = environment.map((name) => `\`${name}\``).join(' ');
    return `| \`${path}\` | ${setting.kind.type} | ${fallback} | ${names} | ${setting.description} |`;
  });
  return [
    `# ${title}`,
    '',
    'Order: flag, environment, `config.yaml`, default. An unknown setting stops the start. Each environment name has a',
    'form ending in `_FILE`, each setting in `config.yaml` one ending in `_file`, which names a file that holds the value;',
    'secrets stand in no other way in `config.yaml` or a flag. Flags are the path with hyphens: `--api-port`.',
    '',
    '| setting | type | default | environment | what it does |',
    '|---|---|---|---|---|',
    ...rows,
    '',
  ].join('\n');
}

function code(value: unknown): string {
  return value === null ? 'none' : `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``;
}
