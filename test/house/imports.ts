import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { parseSync } from 'oxc-parser';

/** What one file imports: paths inside the repository, and names of packages. */
export type FileImports = {
  readonly file: string;
  readonly files: readonly string[];
  readonly packages: readonly string[];
};

/** Every TypeScript file that git lists, tracked or not yet, generated ones too. */
export function listedFiles(): readonly string[] {
  const output = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '*.ts'], {
    encoding: 'utf8',
  });
  return [...new Set(output.split('\n').filter((line) => line !== ''))].sort();
}

/** Reads a file's imports: static, dynamic, re-exports, types too. @throws when it does not parse */
export function importsOf(file: string, source: string = readFileSync(file, 'utf8')): FileImports {
  const { errors, module } = parseSync(file, source);
  if (errors.length > 0) throw new Error(`${file} does not parse: ${errors[0]?.message}`);
  const specifiers = [
    ...module.staticImports.map(({ moduleRequest }) => moduleRequest.value),
    ...module.staticExports.flatMap(({ entries }) =>
      entries.flatMap(({ moduleRequest }) => moduleRequest?.value ?? []),
    ),
    ...module.dynamicImports.flatMap(({ moduleRequest }) =>
      literal(source.slice(moduleRequest.start, moduleRequest.end)),
    ),
  ];
  const own = specifiers.filter((specifier) => specifier.startsWith('.'));
  return {
    file,
    files: own.map((specifier) => posix.normalize(posix.join(posix.dirname(file), specifier))),
    packages: [
      ...new Set(
        specifiers.filter((specifier) => !specifier.startsWith('.') && !specifier.startsWith('node:')).map(packageName),
      ),
    ],
  };
}

/** A dynamic import of something computed names nothing that can be checked. */
function literal(text: string): string[] {
  const match = /^['"`]([^'"`$]+)['"`]$/.exec(text.trim());
  return match?.[1] === undefined ? [] : [match[1]];
}

function packageName(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}
