import test from 'ava';
import { toHex } from '../../../crypto/bytes.ts';
import { groupIndex, interpolate, recoverOuterKey, type Share, shareFor } from '../../../crypto/flag/shamir.ts';
import { ready } from '../../../crypto/oprf/voprf.ts';
import { flagOf } from './scenario.ts';

/** Order of the group. Source: RFC 9496, section 4. */
const ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;
const GROUPS = ['north', 'south', 'east', 'west', 'centre', 'islands', 'coast'];

test.before(ready);

test('any k shares of distinct groups give the outer key, in any order', (t) => {
  const flag = flagOf('shamir/k');
  for (const threshold of [2, 3, 5]) {
    const shares = sharesOf(flag, threshold);
    for (const chosen of [shares.slice(0, threshold), shares.slice(-threshold), shares, shares.toReversed()])
      t.deepEqual(recoverOuterKey(chosen, threshold), flag.outerKey);
  }
});

test('k − 1 shares fit every secret alike', (t) => {
  const flag = flagOf('shamir/k − 1');
  const shares = sharesOf(flag, 3).slice(0, 2);
  t.throws(() => recoverOuterKey(shares, 3), { code: 'FLAG_SHARES' });
  t.notDeepEqual(recoverOuterKey(shares, 2), flag.outerKey);
  // Whatever the secret is guessed to be, one polynomial goes through it and the shares.
  for (const guess of [flag.outerKey, flagOf('another').outerKey]) {
    const guessed = { index: new Uint8Array(32), share: guess };
    const third = groupIndex('third');
    const completed = [...shares, { index: third, share: interpolate([guessed, ...shares], third) }];
    t.deepEqual(recoverOuterKey(completed, 3), guess);
  }
});

test('the sharing is Shamir’s: an independent interpolation over the group’s order agrees', (t) => {
  const flag = flagOf('shamir/independent');
  for (const threshold of [2, 3, 4]) {
    const points = sharesOf(flag, threshold)
      .slice(1, 1 + threshold)
      .map(({ index, share }) => ({ x: littleEndian(index), y: littleEndian(share) }));
    let secret = 0n;
    for (const { x, y } of points) {
      let term = y;
      for (const other of points) if (other.x !== x) term = modulo(term * other.x * inverse(modulo(other.x - x)));
      secret = modulo(secret + term);
    }
    t.is(secret, littleEndian(flag.outerKey));
  }
});

test('repeated shares of one group count once', (t) => {
  const flag = flagOf('shamir/repeated');
  const [one, other] = sharesOf(flag, 2);
  t.assert(one && other);
  if (one === undefined || other === undefined) return;
  t.throws(() => recoverOuterKey([one, { ...one }, one, one, one], 2), { code: 'FLAG_SHARES' });
  t.deepEqual(recoverOuterKey([one, { ...one }, other], 2), flag.outerKey);
  t.throws(() => recoverOuterKey([one, { ...other, index: one.index }, other], 2), { code: 'FLAG_SHARES' });
});

test('every coefficient of every threshold is another, so that shares made for two thresholds do not add up', (t) => {
  const flag = flagOf('shamir/thresholds');
  const coefficients = [2, 3, 4].flatMap((threshold) => coefficientsOf(sharesOf(flag, threshold).slice(0, threshold)));
  t.is(coefficients.length, 9);
  // The secret is the one that they have in common.
  t.is(new Set(coefficients).size, 7);
  t.is(coefficients.filter((coefficient) => coefficient === littleEndian(flag.outerKey)).length, 3);
});

test('malformed shares and indexes are refused', (t) => {
  const shares = sharesOf(flagOf('shamir/malformed'), 2).slice(0, 2);
  const [good] = shares;
  t.assert(good);
  if (good === undefined) return;
  const bad = [new Uint8Array(31), new Uint8Array(33), new Uint8Array(32).fill(0xff)];
  for (const bytes of bad) {
    t.throws(() => recoverOuterKey([...shares, { ...good, share: bytes }], 2), { code: 'FLAG_SHARES' });
    t.throws(() => recoverOuterKey([...shares, { ...good, index: bytes }], 2), { code: 'FLAG_SHARES' });
  }
  // A share at index zero would be the secret itself.
  t.throws(() => recoverOuterKey([...shares, { ...good, index: new Uint8Array(32) }], 2), { code: 'FLAG_SHARES' });
});

test('a threshold below 2, above 255 or not whole is refused', (t) => {
  const flag = flagOf('shamir/threshold');
  for (const threshold of [-1, 0, 1, 1.5, 256, NaN]) {
    t.throws(() => shareFor(flag, groupIndex('north'), threshold), { code: 'FLAG_THRESHOLD' });
    t.throws(() => recoverOuterKey(sharesOf(flag, 2), threshold), { code: 'FLAG_THRESHOLD' });
  }
});

test('the index of a group follows from its name alone, differs between names and is this for ever', (t) => {
  t.deepEqual(groupIndex('north'), groupIndex('north'));
  t.is(new Set(Array.from({ length: 1_000 }, (_, number) => toHex(groupIndex(`${number}`)))).size, 1_000);
  t.is(toHex(groupIndex('north')), '5d13eddd1f02934fb684b83fcd27dc1ae71ec4909dd6fff1a4d336503eb63501');
  t.throws(() => groupIndex(''), { code: 'FLAG_GROUP' });
});

function sharesOf(flag: ReturnType<typeof flagOf>, threshold: number): Share[] {
  return GROUPS.map((name) => {
    const index = groupIndex(name);
    return { index, share: shareFor(flag, index, threshold) };
  });
}

/** Coefficients of the polynomial through the points, highest power first: one by one, the leading one taken off. */
function coefficientsOf(points: readonly Share[]): bigint[] {
  const xs = points.map(({ index }) => littleEndian(index));
  let ys = points.map(({ share }) => littleEndian(share));
  return xs.map((_, step) => {
    const power = xs.length - 1 - step;
    const used = xs.slice(0, power + 1);
    const leading = used.reduce((sum, x, place) => {
      const others = used.filter((other) => other !== x);
      const denominator = others.reduce((product, other) => modulo(product * (x - other)), 1n);
      return modulo(sum + (ys[place] ?? 0n) * inverse(denominator));
    }, 0n);
    ys = ys.map((y, place) => modulo(y - leading * (xs[place] ?? 0n) ** BigInt(power)));
    return leading;
  });
}

function littleEndian(bytes: Uint8Array): bigint {
  return BigInt(`0x${toHex(bytes.toReversed())}`);
}

function modulo(value: bigint): bigint {
  return ((value % ORDER) + ORDER) % ORDER;
}

/** By Fermat: the order is prime. */
function inverse(value: bigint): bigint {
  let [result, base] = [1n, value];
  for (let exponent = ORDER - 2n; exponent > 0n; exponent >>= 1n) {
    if (exponent & 1n) result = modulo(result * base);
    base = modulo(base * base);
  }
  return result;
}
