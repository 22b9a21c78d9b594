import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { createServer } from 'node:net';
import test from 'ava';
import { systemFault } from '../../../config/runtime/system-fault.ts';

test('a port that another program has is told with its address and what helps', async (t) => {
  const first = createServer().listen(0, '127.0.0.1');
  t.teardown(() => first.close());
  await once(first, 'listening');
  const address = first.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const [error] = (await once(createServer().listen(address.port, '127.0.0.1'), 'error')) as [Error];
  const fault = systemFault(error);
  t.is(fault?.code, 'SYSTEM_ADDRESS');
  t.regex(
    fault?.message ?? '',
    new RegExp(`^cannot listen on 127.0.0.1:${address.port} \\(EADDRINUSE\\): choose another port`),
  );
});

test('a path that cannot be used is told with the path and the error of the system', async (t) => {
  const path = `${import.meta.filename}/x`;
  const fault = systemFault(await t.throwsAsync(mkdir(path)));
  t.is(fault?.code, 'SYSTEM_FILE');
  t.is(fault?.message, `cannot read or write ${path} (ENOTDIR)`);
});

test('what is no error of the operating system stays what it is', (t) => {
  t.is(systemFault(new Error('own')), undefined);
  t.is(systemFault(Object.assign(new Error('code alone'), { code: 'EADDRINUSE' })), undefined);
  t.is(systemFault('text'), undefined);
});
