import { isMap, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';
import type { SettingProblem } from './problem.ts';

/** A value as the settings file gives it, with the place. */
export type FileEntry = { readonly path: string; readonly value: unknown; readonly source: string };

export type SettingsFile = { readonly entries: readonly FileEntry[]; readonly problems: readonly SettingProblem[] };

/**
 * Reads the text of a settings file: groups of settings, each a scalar or a list of scalars. Anchors, aliases, tags
 * and deeper nesting are refused, so what a person reads in it is what holds.
 */
export function parseSettingsFile(text: string, fileName: string): SettingsFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true });
  const entries: FileEntry[] = [];
  const problems: SettingProblem[] = [];
  const placeOf = (node: unknown): string => `${fileName}:${lineOf(node, lines)}`;
  const refuse = (path: string, source: string, expected: string): void => {
    problems.push({ code: 'CONFIG_FILE', path, source, expected, got: null, hint: null });
  };

  for (const error of document.errors) {
    const expected = `well-formed YAML (${error.code.toLowerCase().replaceAll('_', ' ')})`;
    refuse('$', `${fileName}:${lines.linePos(error.pos[0]).line}`, expected);
  }
  if (problems.length > 0) return { entries, problems };

  const root = document.contents;
  if (root === null || (isScalar(root) && root.value === null)) return { entries, problems };
  if (!isMap(root)) {
    refuse('$', placeOf(root), 'groups of settings');
    return { entries, problems };
  }
  for (const { key: groupKey, value: group } of root.items) {
    const groupName = scalarText(groupKey);
    if (isScalar(group) && group.value === null) continue;
    if (!isMap(group)) {
      refuse(groupName, placeOf(groupKey), 'a group of settings');
      continue;
    }
    for (const { key, value } of group.items) {
      const path = `${groupName}.${scalarText(key)}`;
      if (isScalar(value)) entries.push({ path, value: value.value, source: placeOf(key) });
      else if (isSeq(value) && value.items.every((item) => isScalar(item)))
        entries.push({ path, value: value.items.map((item) => isScalar(item) && item.value), source: placeOf(key) });
      else refuse(path, placeOf(key), 'a value or a list of values');
    }
  }
  return { entries, problems };
}

function scalarText(node: unknown): string {
  return isScalar(node) ? String(node.value) : '?';
}

function lineOf(node: unknown, lines: LineCounter): number {
  const range = typeof node === 'object' && node !== null && 'range' in node ? node.range : undefined;
  return Array.isArray(range) && typeof range[0] === 'number' ? lines.linePos(range[0]).line : 1;
}
