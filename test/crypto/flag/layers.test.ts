import test from 'ava';
import { unwrapContentKey, wrapContentKey } from '../../../crypto/flag/content-key.ts';
import {
  FLAG_PART_BYTES,
  FLAG_PAYLOAD_BYTES,
  openPart,
  openPayload,
  SEALED_PART_BYTES,
  sealPart,
  sealPayload,
} from '../../../crypto/flag/layers.ts';
import { ready } from '../../../crypto/oprf/voprf.ts';
import { encodeIndicatorPart } from '../../../proto/codec/indicator.ts';
import { encodeFlagPayload } from '../../../proto/codec/payload.ts';
import { seededRandom } from '../../tools/random-sources.ts';
import { flagOf } from './scenario.ts';

const random = seededRandom('layers');
const KEY = random(32);
const OTHER_KEY = random(32);

test.before(ready);

test('a part opens under its outer key, epoch and tag, and under nothing else', (t) => {
  const [flag, other] = [flagOf('layers/one'), flagOf('layers/other')];
  const part = random(100);
  const sealedPart = sealPart({ outerKey: flag.outerKey, part, epoch: 3, tag: flag.tag, random });
  const right = { outerKey: flag.outerKey, sealedPart, epoch: 3, tag: flag.tag };
  t.deepEqual(openPart(right), part);
  for (const wrong of [{ outerKey: other.outerKey }, { epoch: 4 }, { tag: other.tag }])
    t.throws(() => openPart({ ...right, ...wrong }), { code: 'CRYPTO_OPEN' });
});

test('parts of every length seal to one length, and a longer one is refused', (t) => {
  const flag = flagOf('layers/lengths');
  const seal = (length: number): Uint8Array =>
    sealPart({ outerKey: flag.outerKey, part: new Uint8Array(length), epoch: 1, tag: flag.tag, random });
  for (const length of [0, 1, FLAG_PART_BYTES - 1]) t.is(seal(length).length, SEALED_PART_BYTES);
  t.throws(() => seal(FLAG_PART_BYTES), { code: 'CRYPTO_PADDING' });
});

test('a payload opens under its content key and epoch only, and payloads of every length seal to one', (t) => {
  const seal = (payload: Uint8Array): Uint8Array => sealPayload({ contentKey: KEY, payload, epoch: 3, random });
  const payload = random(200);
  const sealedPayload = seal(payload);
  t.deepEqual(openPayload({ contentKey: KEY, sealedPayload, epoch: 3 }), payload);
  t.throws(() => openPayload({ contentKey: OTHER_KEY, sealedPayload, epoch: 3 }), { code: 'CRYPTO_OPEN' });
  t.throws(() => openPayload({ contentKey: KEY, sealedPayload, epoch: 4 }), { code: 'CRYPTO_OPEN' });
  for (const length of [0, FLAG_PAYLOAD_BYTES - 1]) t.is(seal(new Uint8Array(length)).length, sealedPayload.length);
  t.throws(() => seal(new Uint8Array(FLAG_PAYLOAD_BYTES)), { code: 'CRYPTO_PADDING' });
});

test('a content key is unwrapped under its member key, epoch and generation, and under nothing else', (t) => {
  const contentKey = random(32);
  const wrappedKey = wrapContentKey({ memberKey: KEY, contentKey, epoch: 3, generation: 2, random });
  const right = { memberKey: KEY, wrappedKey, epoch: 3, generation: 2 };
  t.is(wrappedKey.length, 60);
  t.deepEqual(unwrapContentKey(right), contentKey);
  for (const wrong of [{ memberKey: OTHER_KEY }, { epoch: 2 }, { generation: 3 }])
    t.throws(() => unwrapContentKey({ ...right, ...wrong }), { code: 'CRYPTO_OPEN' });
  const short = { memberKey: KEY, contentKey: random(31), epoch: 3, generation: 2, random };
  t.throws(() => wrapContentKey(short), { code: 'CRYPTO_ENCODING' });
});

test('the largest part that the wire allows fits: widest numbers, longest names, eight typologies', (t) => {
  const payload = encodeFlagPayload({
    identifierType: 'national_id',
    identifier: 'x'.repeat(256),
    holderAgency: 'y'.repeat(128),
    epoch: Number.MAX_SAFE_INTEGER,
    typologies: Array.from({ length: 8 }, () => 'z'.repeat(64)),
    firstSeenMs: Number.MAX_SAFE_INTEGER,
    lastSeenMs: Number.MAX_SAFE_INTEGER,
  });
  const flag = flagOf('layers/largest');
  const [epoch, generation] = [Number.MAX_SAFE_INTEGER, 0xffff_ffff];
  const part = encodeIndicatorPart({
    epoch,
    generation,
    wrappedKey: wrapContentKey({ memberKey: KEY, contentKey: OTHER_KEY, epoch, generation, random }),
    sealedPayload: sealPayload({ contentKey: OTHER_KEY, payload, epoch, random }),
  });
  t.is(sealPart({ outerKey: flag.outerKey, part, epoch, tag: flag.tag, random }).length, SEALED_PART_BYTES);
});
