import test from 'ava';
import { LIMITS } from '../../../config/settings/limits.ts';
import { toHex } from '../../../crypto/bytes.ts';
import { headerHash } from '../../../crypto/envelope.ts';
import type { SignedEnvelope } from '../../../proto/domain/envelope.ts';
import { waitUntil } from '../../tools/wait-until.ts';
import { refuse } from './fake-coordinator.ts';
import { buildLink, envelopeOf } from './link-harness.ts';

const hashOf = ({ header }: SignedEnvelope): string => toHex(headerHash(header));
const sequences = (first: number, last: number) =>
  Array.from({ length: last - first + 1 }, (_, index) => envelopeOf(first + index));

async function publishing(t: Parameters<typeof buildLink>[0]) {
  const built = await buildLink(t);
  built.coordinator.acknowledges = false;
  built.link.start();
  return built;
}

test('publishing resolves when the coordinator acknowledges, not when it has arrived', async (t) => {
  const { coordinator, link } = await publishing(t);
  const envelope = envelopeOf(1);
  let durable = false;
  const published = (async () => {
    await link.publish(envelope);
    durable = true;
  })();
  await waitUntil('it has arrived', () => coordinator.arrived.length === 1);
  t.false(durable);
  coordinator.acknowledge(envelope.header);
  await published;
  t.true(durable);
});

test('an acknowledgement covers everything up to it in its audience, and nothing in another', async (t) => {
  const { coordinator, link } = await publishing(t);
  const own = sequences(1, 3);
  const other = envelopeOf(1, { scope: 'federation', id: '' });
  const settled = new Set<SignedEnvelope>();
  const publish = async (envelope: SignedEnvelope): Promise<void> => {
    await link.publish(envelope);
    settled.add(envelope);
  };
  const rest = Promise.allSettled([...own, other].map(publish));
  await waitUntil('all have arrived', () => coordinator.arrived.length === 4);
  coordinator.acknowledge(envelopeOf(2).header);
  await waitUntil('two are settled', () => settled.size === 2);
  t.deepEqual([...settled], own.slice(0, 2));
  coordinator.acknowledge(other.header);
  await waitUntil('the other one too', () => settled.has(other));
  t.is(settled.size, 3);
  await link.stop();
  t.is((await rest).filter((outcome) => outcome.status === 'rejected').length, 1);
});

test('the same object published twice at once is sent once and settled twice', async (t) => {
  const { coordinator, link } = await publishing(t);
  const envelope = envelopeOf(1);
  const both = [link.publish(envelope), link.publish({ ...envelope })];
  await waitUntil('it has arrived', () => coordinator.arrived.length === 1);
  coordinator.acknowledge(envelope.header);
  await Promise.all(both);
  t.is(coordinator.arrived.length, 1);
});

test("a refused object fails with the coordinator's code for good; those around it are not touched", async (t) => {
  const { coordinator, link } = await publishing(t);
  const [first, second] = [envelopeOf(1), envelopeOf(2)];
  const published = link.publish(first);
  const refused = t.throwsAsync(link.publish(second), { code: 'INGEST_EXPIRED' });
  await waitUntil('both have arrived', () => coordinator.arrived.length === 2);
  const value = { headerHash: Buffer.from(headerHash(second.header)), code: 'INGEST_EXPIRED' };
  coordinator.publishers.at(-1)?.write({ answer: { $case: 'refused', value } });
  t.is(((await refused) as { verdict?: string } | undefined)?.verdict, 'reject');
  coordinator.acknowledge(first.header);
  await published;
});

test('what was not acknowledged when the coordinator went away is sent again, in order, and what was is not', async (t) => {
  const { coordinator, link } = await publishing(t);
  const envelopes = sequences(1, 20);
  const published = envelopes.map((envelope) => link.publish(envelope));
  await waitUntil('all have arrived', () => coordinator.arrived.length === 20);
  coordinator.acknowledge(envelopeOf(5).header);
  await Promise.all(published.slice(0, 5));
  coordinator.stop();
  const late = envelopeOf(21);
  const publishedLate = link.publish(late);
  coordinator.arrived.length = 0;
  coordinator.acknowledges = true;
  await coordinator.start();
  await Promise.all([...published, publishedLate]);
  t.deepEqual(coordinator.arrived, [...envelopes.slice(5), late].map(hashOf));
});

test("objects out of turn fail, so that the caller sends from the coordinator's heads", async (t) => {
  const { coordinator, link } = await publishing(t);
  const failed = t.throwsAsync(link.publish(envelopeOf(7)), { code: 'INGEST_GAP' });
  await waitUntil('it has arrived', () => coordinator.arrived.length === 1);
  coordinator.publishers.at(-1)?.emit('error', refuse('INGEST_GAP'));
  const error = await failed;
  t.is((error as { verdict?: string } | undefined)?.verdict, 'ignore');
  coordinator.acknowledges = true;
  await t.notThrowsAsync(link.publish(envelopeOf(5)));
});

test('no more than the window waits; the next is refused at once and taken when there is room', async (t) => {
  const { coordinator, link } = await publishing(t);
  const envelopes = sequences(1, LIMITS.publishWindow);
  const published = envelopes.map((envelope) => link.publish(envelope));
  const next = envelopeOf(LIMITS.publishWindow + 1);
  await t.throwsAsync(link.publish(next), { code: 'LINK_FULL' });
  await waitUntil('all have arrived', () => coordinator.arrived.length === LIMITS.publishWindow);
  t.deepEqual(coordinator.arrived, envelopes.map(hashOf));
  coordinator.acknowledge(envelopeOf(LIMITS.publishWindow).header);
  await Promise.all(published);
  coordinator.acknowledges = true;
  await t.notThrowsAsync(link.publish(next));
});

test('an object too large or without a header is refused before it waits; stopping fails what waits', async (t) => {
  const { link } = await publishing(t);
  const large = { ...envelopeOf(1), payload: new Uint8Array(LIMITS.envelopeHeaderBytes + LIMITS.envelopePayloadBytes) };
  await t.throwsAsync(link.publish(large), { code: 'LINK_OVERSIZE' });
  await t.throwsAsync(link.publish({ ...envelopeOf(1), header: Uint8Array.of(255) }), { code: 'WIRE_MALFORMED' });
  const stopped = t.throwsAsync(link.publish(envelopeOf(1)), { code: 'LINK_STOPPED' });
  await link.stop();
  await stopped;
  await t.throwsAsync(link.publish(envelopeOf(2)), { code: 'LINK_STOPPED' });
});
