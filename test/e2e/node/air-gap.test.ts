import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import test from 'ava';
import { AgencyNode } from '../../tools/federation/agency-node.ts';
import { Workspace } from '../../tools/federation/workspace.ts';
import { ALERT_IDS, writeSmallAgency } from './small-agency.ts';

const NOTE_EGRESS = pathToFileURL(join(import.meta.dirname, '../../tools/note-egress.ts')).href;

test('S0-09 an air-gapped node does all of its work without an outgoing connection, datagram or name look-up', async (t) => {
  const workspace = Workspace.create();
  t.teardown(() => workspace.close());
  const noting = (path: string) => ({ NODE_OPTIONS: `--import=${NOTE_EGRESS}`, EGRESS_NOTES: path });
  const ofNode = workspace.path('egress-of-node');
  const node = await AgencyNode.init(workspace, 'alpha');
  const program = await workspace.start('node', node.home, ['--api-port', '0', '--metrics-port', '0'], noting(ofNode));
  const address = String(program.addresses['api']);

  // Everything that one agency's node does: imports with a list, triage, questions, the page of its interface, proofs.
  const ofCommand = workspace.path('egress-of-command');
  const folder = writeSmallAgency(workspace.path('data'));
  const job = await node.json<{ readonly state: string }>(['import', folder], noting(ofCommand));
  t.is(job.state, 'done');
  const exported = (await node.text(['decisions', 'export'])).trim().split('\n');
  t.is(exported.length, ALERT_IDS.length);
  t.regex(await node.text(['alert', 'show', ALERT_IDS[0]]), /decided/);
  await node.text(['status']);
  for (const path of ['/health', '/ready', '/api/v1/docs']) t.is((await fetch(`${address}${path}`)).status, 200, path);
  t.is((await fetch(`${String(program.addresses['metrics'])}/metrics`)).status, 200);
  t.is(await program.stop(), 0);
  t.regex(await node.text(['fsck']), /verified/);

  t.deepEqual(existsSync(ofNode) ? readFileSync(ofNode, 'utf8').trim().split('\n') : [], []);
  t.regex(readFileSync(ofCommand, 'utf8'), /^TCPCONNECTWRAP$/m, 'control: a command that calls its node is seen to');
});
