import { readFileSync } from 'node:fs';
import test, { type ExecutionContext } from 'ava';
import { sharedPath } from '../tools/shared.ts';

/** A test over a file or folder of published vectors; skipped, with the reason in its title, where they are absent. */
export function publishedTest(
  title: string,
  relative: string,
  run: (t: ExecutionContext, path: string) => void | Promise<void>,
): void {
  const path = sharedPath(`vectors/${relative}`);
  if (path === undefined) test.skip(`${title} (skipped: ../shared/vectors/${relative} is absent)`, () => undefined);
  else test(title, (t) => run(t, path));
}

/** One case of a Wycheproof file, with the fields of its group beside its own. */
export type WycheproofCase = {
  readonly tcId: number;
  readonly result: 'valid' | 'acceptable' | 'invalid';
  readonly flags: readonly string[];
  readonly size?: number;
  readonly keySize?: number;
  readonly ivSize?: number;
  readonly tagSize?: number;
} & Readonly<Record<WycheproofBytes, string>>;
type WycheproofBytes =
  | 'key'
  | 'iv'
  | 'aad'
  | 'msg'
  | 'ct'
  | 'tag'
  | 'sig'
  | 'pk'
  | 'public'
  | 'private'
  | 'shared'
  | 'ikm'
  | 'salt'
  | 'info'
  | 'okm';

/** All cases of a Wycheproof file, whose groups say what their cases share. */
export function wycheproofCases(path: string): readonly WycheproofCase[] {
  const file = JSON.parse(readFileSync(path, 'utf8')) as {
    readonly testGroups: readonly { readonly publicKey?: { readonly pk: string }; readonly tests: readonly object[] }[];
  };
  return file.testGroups.flatMap(({ tests, publicKey, ...group }) =>
    tests.map((one) => ({ ...group, pk: publicKey?.pk, ...one }) as unknown as WycheproofCase),
  );
}
