import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { AgencyNode } from '../../tools/federation/agency-node.ts';
import { Workspace } from '../../tools/federation/workspace.ts';
import { runCommand } from '../../tools/programs.ts';
import { ALERT_IDS, BETWEEN, writeSmallAgency } from './small-agency.ts';

type Job = {
  state: string;
  reports: { kind: string; kept: number; refused: number; outside_window: number; faults: object[] }[];
};
type Line = { agency: string; alert_id: string; disposition: string; risk_score: number; confidence: number };

function linesOf(text: string): readonly Line[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Line);
}

test('one agency, end to end: init, start, import, decisions, fsck, and the same again without a running node', async (t) => {
  const workspace = Workspace.create();
  t.teardown(() => workspace.close());
  const folder = writeSmallAgency(workspace.path('data'));
  const source = join(folder, 'alerts.jsonl');
  const node = await AgencyNode.init(workspace, 'alpha');
  await node.start();

  // A first window: rows and alerts of later days are left for later.
  const first = await node.json<Job>(['import', folder, '--until', BETWEEN]);
  t.is(first.state, 'done');
  const report = (job: Job, kind: string) => job.reports.find((one) => one.kind === kind);
  t.like(report(first, 'transfers'), { kept: 2, outside_window: 1, refused: 1 });
  t.deepEqual(report(first, 'transfers')?.faults, [{ place: 5, field: 'booked_at', code: 'date' }]);
  t.like(report(first, 'alerts'), { kept: 1, outside_window: 1, refused: 1 });
  t.deepEqual(report(first, 'alerts')?.faults, [{ place: 3, field: '$', code: 'json' }]);

  // The second one: every alert is decided when the command returns.
  const second = await node.json<Job>(['import', folder, '--from', BETWEEN]);
  t.like(report(second, 'alerts'), { kept: 1, outside_window: 1 });
  const exported = linesOf(await node.text(['decisions', 'export', '--source', source]));
  t.deepEqual(
    exported.map(({ agency, alert_id }) => [agency, alert_id]),
    ALERT_IDS.map((alertId) => ['alpha', alertId]),
  );
  for (const { risk_score, confidence } of exported) {
    t.true(risk_score >= 0 && risk_score <= 100);
    t.true(confidence >= 0 && confidence <= 1);
  }

  const status = await node.json<{ node: { peer_id: string }; triage: object; business_time: object }>(['status']);
  t.is(status.node.peer_id, node.peerId);
  t.like(status.triage, { waiting: 0, in_work: 0 });
  t.like(status.business_time, { mode: 'replay', now: '2019-03-21T12:00:00.000Z' });
  t.regex(
    await node.text(['alert', 'show', ALERT_IDS[0]]),
    /^x-1 TRANSACTION MEDIUM decided\n\ndecision 1 as of 2019-03-04/,
  );
  t.regex(await node.text(['fsck']), /^ledger: \d+ commits and all values verified\n$/);

  // The same alert again is known, another under its id a conflict: exit 1, the first is kept.
  const other = { ...JSON.parse(linesText(source)[0] ?? ''), priority: 'HIGH' };
  writeFileSync(workspace.path('other.json'), JSON.stringify(other));
  t.is((await runCommand('node', ['alert', 'submit', source, '--home', node.home])).code, 1);
  const conflict = await runCommand('node', ['alert', 'submit', workspace.path('other.json'), '--home', node.home]);
  t.deepEqual([conflict.code, conflict.stdout], [1, 'x-1 refused ALERT_CONFLICT\n']);

  // Without the running node the same commands compose one in process, and say the same.
  t.is(await node.program.stop(), 0);
  t.false(existsSync(join(node.home, 'run.json')));
  t.deepEqual(linesOf(await node.text(['decisions', 'export', '--source', source])), exported);
  t.like(await node.json(['fsck']), { healthy: true });
  t.like(await node.json<Job>(['import', folder]), { state: 'done' });
});

function linesText(path: string): readonly string[] {
  return readFileSync(path, 'utf8').split('\n');
}

test('two nodes fed the same decide the same, byte for byte', async (t) => {
  const workspace = Workspace.create();
  t.teardown(() => workspace.close());
  const folder = writeSmallAgency(workspace.path('data'));
  const exports: string[] = [];
  for (const name of ['one', 'two']) {
    const node = await AgencyNode.init(workspace, 'alpha', name);
    await node.json(['import', folder]);
    exports.push(await node.text(['decisions', 'export']));
  }
  t.is(exports[0], exports[1]);
  t.is(linesOf(exports[0] ?? '').length, ALERT_IDS.length);
});
