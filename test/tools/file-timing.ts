// Loaded by ava before each test file: notes how long the file ran, for the list of slowest files.
import { appendFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import test from 'ava';

const target = process.env['CONCORDAT_TEST_TIMINGS'];
if (target !== undefined) {
  const startedAt = performance.now();
  process.on('exit', () => {
    const line = { file: fileURLToPath(test.meta.file), ms: Math.round(performance.now() - startedAt) };
    appendFileSync(target, `${JSON.stringify(line)}\n`);
  });
}
