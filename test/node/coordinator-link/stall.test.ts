import type { ClientDuplexStream } from '@grpc/grpc-js';
import test from 'ava';
import { mock } from 'node:test';
import { PassThrough } from 'node:stream';
import { LIMITS } from '../../../config/settings/limits.ts';
import { SILENT_LOG } from '../../../config/runtime/log.ts';
import { systemRandom } from '../../../config/runtime/random.ts';
import type { LinkCount } from '../../../node/coordinator-link/metrics.ts';
import { Publisher } from '../../../node/coordinator-link/publisher.ts';
import type { PublishRequest, PublishResponse } from '../../../proto/gen/concordat/v1/exchange.ts';
import { waitUntil } from '../../tools/wait-until.ts';
import { envelopeOf } from './link-harness.ts';

/** A stream that takes objects and never answers, as towards a coordinator that hangs. */
class SilentCall extends PassThrough {
  cancelled = false;

  constructor() {
    super({ objectMode: true });
  }

  override write(): boolean {
    return true;
  }

  cancel(): void {
    this.cancelled = true;
    this.end();
  }
}

test('a coordinator that takes objects and acknowledges none is left for a new stream', async (t) => {
  mock.timers.enable({ apis: ['setTimeout'] });
  const calls: SilentCall[] = [];
  const counts: LinkCount[] = [];
  const open = () => {
    const call = new SilentCall();
    calls.push(call);
    return call as unknown as ClientDuplexStream<PublishRequest, PublishResponse>;
  };
  const metrics = { count: (event: LinkCount) => void counts.push(event) };
  const publisher = new Publisher(open, { random: systemRandom, log: SILENT_LOG, metrics, onBroken() {} });
  publisher.start();
  const published = publisher.publish(envelopeOf(1));
  mock.timers.tick(LIMITS.publishStallMs - 1);
  t.false(calls[0]?.cancelled);
  mock.timers.tick(1);
  t.true(calls[0]?.cancelled);
  mock.timers.reset();
  await waitUntil('a new stream', () => calls.length === 2);
  t.deepEqual(
    counts.filter(({ metric }) => metric === 'publish').map(({ outcome }) => outcome),
    ['stalled', 'sent_again'],
  );
  await Promise.all([publisher.stop(), t.throwsAsync(published, { code: 'LINK_STOPPED' })]);
});
