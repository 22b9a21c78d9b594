import * as z from 'zod';

/** How a setting is read: from YAML as it stands, from a flag or the environment as text. */
export type SettingKind<Value> = {
  /** For the reference and for error messages: `integer 0 to 65535`. */
  readonly type: string;
  readonly schema: z.ZodType<Value>;
};

/** A non-empty text of at most 1,024 characters. */
export function text(pattern?: RegExp, type = 'text'): SettingKind<string> {
  const schema = z.string().trim().min(1).max(1_024);
  return { type, schema: pattern === undefined ? schema : schema.regex(pattern) };
}

/** A whole number in a closed range. */
export function integer(minimum: number, maximum: number): SettingKind<number> {
  return {
    type: `integer ${minimum} to ${maximum}`,
    schema: z.preprocess(numberOfText, z.int().min(minimum).max(maximum)),
  };
}

/** A real number in a closed range. */
export function decimal(minimum: number, maximum: number): SettingKind<number> {
  return {
    type: `number ${minimum} to ${maximum}`,
    schema: z.preprocess(numberOfText, z.number().min(minimum).max(maximum)),
  };
}

/** A TCP port; 0 asks for any free one. */
export function port(): SettingKind<number> {
  return integer(0, 65_535);
}

/** true or false. */
export function flag(): SettingKind<boolean> {
  const words: Readonly<Record<string, boolean>> = { true: true, '1': true, false: false, '0': false };
  return {
    type: 'true or false',
    schema: z.preprocess(
      (value) => (typeof value === 'string' ? (words[value.toLowerCase()] ?? value) : value),
      z.boolean(),
    ),
  };
}

/** One of a closed set. `normalise` brings the spellings of other systems into ours before it is judged. */
export function choice<const Options extends readonly [string, ...string[]]>(
  options: Options,
  normalise: (text: string) => string = (text) => text,
): SettingKind<Options[number]> {
  return {
    type: options.join(', '),
    schema: z.preprocess((value) => (typeof value === 'string' ? normalise(value) : value), z.enum(options)),
  };
}

/** A list of texts; comma-separated where it is given as text. */
export function list(pattern?: RegExp, type = 'list of texts'): SettingKind<readonly string[]> {
  return {
    type,
    schema: z.preprocess(
      (value) => (typeof value === 'string' ? value.split(',').filter((item) => item.trim() !== '') : value),
      z.array(text(pattern).schema).max(256),
    ),
  };
}

/** The same kind, or nothing where the setting is not given. */
export function optional<Value>(kind: SettingKind<Value>): SettingKind<Value | null> {
  return { type: kind.type, schema: z.union([z.null(), kind.schema]) };
}

function numberOfText(value: unknown): unknown {
  return typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value.trim()) ? Number(value) : value;
}
