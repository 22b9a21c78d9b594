import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import test, { type ExecutionContext } from 'ava';
import { LIMITS } from '../../../config/settings/limits.ts';
import { Uploads } from '../../../node/compose/uploads.ts';
import { countedRandom } from '../api/fixture.ts';

function folder(t: ExecutionContext): string {
  const path = mkdtempSync(join(tmpdir(), 'concordat-uploads-'));
  t.teardown(() => rmSync(path, { recursive: true }));
  return path;
}

test('an upload lies under a name of the node’s choosing, for its owner alone, and is gone when discarded', async (t) => {
  const directory = join(folder(t), 'uploads');
  const uploads = await Uploads.open(directory, countedRandom('u'));
  const { uploadId, bytes, sha256 } = await uploads.receive(
    Readable.from([Buffer.from('one'), Buffer.from(' two')]),
    true,
  );
  const path = uploads.pathOf(uploadId) ?? '';
  t.is(readFileSync(path, 'utf8'), 'one two');
  t.is(bytes, 7);
  t.is(sha256, '8ab63e29a4ba14e4e1688f9c15e5af90895421358c945b0431f85d66977bd3d2');
  t.regex(path, /\/[0-9a-f]{32}\.gz$/);
  t.is(statSync(path).mode & 0o777, 0o600);
  await uploads.discard([uploadId]);
  t.false(existsSync(path));
  t.is(uploads.pathOf(uploadId), undefined);
});

test('what an earlier process left is gone at the next start', async (t) => {
  const directory = folder(t);
  writeFileSync(join(directory, 'left'), 'x');
  await Uploads.open(directory, countedRandom('u'));
  t.deepEqual(readdirSync(directory), []);
});

test('an upload that breaks off leaves nothing', async (t) => {
  const directory = folder(t);
  const uploads = await Uploads.open(directory, countedRandom('u'));
  const breaking = Readable.from(
    (async function* bytes() {
      yield Buffer.from('half');
      throw new Error('gone');
    })(),
  );
  await t.throwsAsync(uploads.receive(breaking, false), { message: 'gone' });
  t.deepEqual(readdirSync(directory), []);
});

test('uploads have a number beyond which they are refused, until one is taken', async (t) => {
  const uploads = await Uploads.open(folder(t), countedRandom('u'));
  const receive = () => uploads.receive(Readable.from([Buffer.from('x')]), false);
  const [first] = await Promise.all(Array.from({ length: LIMITS.uploads }, receive));
  t.like(await t.throwsAsync(receive()), { code: 'API_BUSY' });
  await uploads.discard([first?.uploadId ?? '']);
  await t.notThrowsAsync(receive());
});
