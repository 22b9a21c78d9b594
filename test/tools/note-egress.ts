// Loaded by a program under test before its own code (`--import`): whatever it asks of the operating system to reach
// somebody else is noted in the file EGRESS_NOTES, a line each, below every library that it may use for it.
import { createHook } from 'node:async_hooks';
import { appendFileSync } from 'node:fs';

const notes = process.env['EGRESS_NOTES'];
/** Outgoing connections, datagrams and look-ups of names, as libuv's requests are called. */
const OUTGOING = /^(TCPCONNECT|PIPECONNECT|UDPSEND|GETADDRINFOREQ|GETNAMEINFOREQ|QUERY)WRAP$/;

if (notes !== undefined)
  createHook({
    init: (_id, type) => {
      if (OUTGOING.test(type)) appendFileSync(notes, `${type}\n`);
    },
  }).enable();
