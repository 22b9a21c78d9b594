import test from 'ava';
import { SILENT_LOG } from '../../../config/runtime/log.ts';
import { BAN_POINTS, MISBEHAVIOUR_POINTS, Standing } from '../../../node/mesh/standing.ts';
import { Counts } from './mesh-harness.ts';

function standing(clock: { nowMs(): number }) {
  const banned: string[] = [];
  const metrics = new Counts();
  const onBan = (peerId: string) => void banned.push(peerId);
  return { banned, metrics, standing: new Standing(1_800_000, { clock, log: SILENT_LOG, metrics, onBan }) };
}

test('points add up to a ban, once, which ends after its time', (t) => {
  let nowMs = 0;
  const { banned, metrics, standing: peers } = standing({ nowMs: () => nowMs });
  const needed = BAN_POINTS / MISBEHAVIOUR_POINTS.malformed;
  for (let times = 1; times < needed; times += 1) peers.blame('a', 'malformed');
  t.false(peers.isBanned('a'));
  peers.blame('a', 'malformed');
  t.true(peers.isBanned('a'));
  for (let times = 0; times < 100; times += 1) peers.blame('a', 'malformed');
  t.deepEqual(banned, ['a']);
  t.is(metrics.of({ metric: 'misbehaviour' }), 1);
  t.false(peers.isBanned('b'));
  nowMs = 1_800_000;
  t.false(peers.isBanned('a'));
});

test('points halve every ten minutes, so that a rare slip never adds up', (t) => {
  let nowMs = 0;
  const { banned, standing: peers } = standing({ nowMs: () => nowMs });
  for (let hours = 0; hours < 48; hours += 1) {
    peers.blame('a', 'malformed');
    peers.blame('a', 'malformed');
    nowMs += 3_600_000;
  }
  t.deepEqual(banned, []);
});
