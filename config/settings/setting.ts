import type { SettingKind } from './kinds.ts';

/** One setting: what an operator may set, under which names, and what holds when he does not. */
export type Setting<Value = unknown> = {
  readonly kind: SettingKind<Value>;
  /** undefined: has to be given. */
  readonly default: Value | undefined;
  readonly description: string;
  /** Environment names besides CONCORDAT_GROUP_KEY: those of the reference guides. */
  readonly aliases: readonly string[];
  /** Never printed; only from the environment or a file of its own. */
  readonly secret: boolean;
};

/** Settings of one concern, by their name in code. */
export type SettingGroup = Readonly<Record<string, Setting>>;

/** All settings of a program, by group. The one table from which reading, flags, help and reference come. */
export type SettingsTable = Readonly<Record<string, SettingGroup>>;

/** The values that a table yields, as code reads them: `settings.api.port`. */
export type SettingsOf<Table extends SettingsTable> = {
  readonly [Group in keyof Table]: {
    readonly [Key in keyof Table[Group]]: Table[Group][Key] extends Setting<infer Value> ? Value : never;
  };
};

/** A row of the table with its names spelled out. */
export type SettingRow = {
  readonly group: string;
  readonly key: string;
  /** As in the settings file: `api.port`. */
  readonly path: string;
  /** Own name first, then aliases. Each has a form ending in _FILE. */
  readonly environment: readonly string[];
  readonly setting: Setting;
};

/** Declares a setting. */
export function setting<Value>(
  kind: SettingKind<Value>,
  facts: { default?: NoInfer<Value>; description: string; aliases?: readonly string[]; secret?: boolean },
): Setting<Value> {
  return {
    kind,
    default: facts.default,
    description: facts.description,
    aliases: facts.aliases ?? [],
    secret: facts.secret ?? false,
  };
}

/** Every setting of a table, in its order. */
export function settingRows(table: SettingsTable): readonly SettingRow[] {
  return Object.entries(table).flatMap(([group, settings]) =>
    Object.entries(settings).map(([key, setting]) => {
      const path = `${snakeCase(group)}.${snakeCase(key)}`;
      const own = `CONCORDAT_${path.replace('.', '_').toUpperCase()}`;
      return { group, key, path, environment: [own, ...setting.aliases], setting };
    }),
  );
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
