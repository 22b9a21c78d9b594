import test from 'ava';
import { LIMITS } from '../../../config/settings/limits.ts';
import { ClockWatch } from '../../../node/federation/clock-watch.ts';
import { SimClock } from '../sharing/sim/sim-clock.ts';
import { SimLog } from '../sharing/sim/sim-log.ts';

const START_MS = 1_800_000_000_000;
const DAY_MS = 86_400_000;
const OFF_MS = LIMITS.clockSkewMs + 60_000;

class Scene {
  readonly clock = new SimClock(START_MS);
  readonly monotonic = new SimClock(5_000);
  readonly log = new SimLog();
  readonly watch = new ClockWatch({
    clock: this.clock,
    monotonicMs: () => this.monotonic.nowMs(),
    log: this.log,
    bounds: LIMITS,
  });

  /** Time goes on, also on the clock. */
  pass(byMs: number): void {
    this.clock.advance(byMs);
    this.monotonic.advance(byMs);
  }

  /** Whoever speaks says what time it truly is, or so much beside it. */
  hear(from: string, besideMs = 0): void {
    this.watch.heard(from, START_MS + this.monotonic.nowMs() - 5_000 + besideMs);
  }

  get alarms(): readonly string[] {
    return this.log.lines.map(({ level }) => level);
  }
}

test('R-06 (clock) a clock that starts off alarms once, and once when it is right again', (t) => {
  for (const stepMs of [OFF_MS, -OFF_MS, DAY_MS, -DAY_MS, 400 * DAY_MS]) {
    const scene = new Scene();
    scene.clock.advance(stepMs);
    t.is(scene.watch.verdict().state, 'unheard');
    t.true(scene.watch.holds(), 'nobody has said otherwise');
    scene.hear('peer-1');
    scene.hear('coordinator');
    t.deepEqual(scene.watch.verdict(), { state: 'off', offsetMs: stepMs, voices: 2 });
    t.false(scene.watch.holds());
    scene.clock.advance(-stepMs);
    scene.watch.check();
    scene.watch.check();
    t.true(scene.watch.holds());
    t.deepEqual(scene.alarms, ['error', 'info']);
  }
});

test('R-06 (clock) a step while nobody speaks shows at once; a wait does not', (t) => {
  const scene = new Scene();
  scene.hear('peer-1');
  scene.pass(DAY_MS / 2);
  scene.watch.check();
  t.deepEqual(scene.watch.verdict(), { state: 'holds', offsetMs: 0, voices: 1 });
  scene.clock.advance(-OFF_MS);
  scene.watch.check();
  t.is(scene.watch.verdict().offsetMs, -OFF_MS);
  t.deepEqual(scene.alarms, ['error']);
});

test('a clock that was heard too long ago counts no more', (t) => {
  const scene = new Scene();
  scene.hear('peer-1', OFF_MS);
  t.false(scene.watch.holds());
  scene.pass(LIMITS.clockVoiceMs + 1);
  scene.watch.check();
  t.is(scene.watch.verdict().state, 'unheard');
  t.deepEqual(scene.alarms, ['error', 'info']);
});

test('whoever speaks twice has one voice, the last', (t) => {
  const scene = new Scene();
  scene.hear('peer-1', OFF_MS);
  scene.hear('peer-1', OFF_MS);
  scene.hear('peer-2');
  t.deepEqual(scene.watch.verdict(), { state: 'holds', offsetMs: 0, voices: 2 });
  scene.hear('peer-1');
  t.is(scene.watch.verdict().offsetMs, 0);
});
