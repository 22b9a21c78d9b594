import { globSync } from 'node:fs';
import test from 'ava';
import { breachesOf } from './boundaries.ts';
import { importsOf, listedFiles } from './imports.ts';

test('no file imports what its room may not', (t) => {
  const files = listedFiles();
  const onDisk = globSync('{proto,crypto,config,node,coordinator,test}/**/*.ts').sort();
  t.deepEqual(files, onDisk, 'every TypeScript file must have been looked at');
  t.deepEqual(
    files.flatMap((file) => breachesOf(importsOf(file))),
    [],
  );
});

const SEEDED: readonly (readonly [file: string, source: string])[] = [
  ['crypto/seeded.ts', "import { LIMITS } from '../config/settings/limits.ts';"],
  ['proto/domain/seeded.ts', "import { sha256 } from '../../crypto/hash.ts';"],
  ['node/triage/seeded.ts', "import { openLevelLedger } from '../ledger/level/level-ledger.ts';"],
  ['node/triage/seeded.ts', "export { Publisher } from '../sharing/publish.ts';"],
  ['node/sharing/seeded.ts', "const mesh = await import('../mesh/mesh.ts');"],
  ['node/graph/seeded.ts', "import type { SignedEnvelope } from '../../proto/gen/concordat/v1/envelope.ts';"],
  ['coordinator/seeded.ts', "import { openLevelGraph } from '../node/graph/level/level-graph.ts';"],
  ['node/records/seeded.ts', "import { Level } from 'level';"],
  ['node/sharing/seeded.ts', "import { createLibp2p } from 'libp2p';"],
  ['somewhere/seeded.ts', ''],
];

for (const [place, [file, source]] of SEEDED.entries()) {
  test(`a seeded breach is found: ${place + 1} ${source === '' ? file : source}`, (t) => {
    t.is(breachesOf(importsOf(file, source)).length, 1);
  });
}
