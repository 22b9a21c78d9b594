import test from 'ava';
import { crc32c } from '../../../../config/runtime/level-tables/crc32c.ts';

const VECTORS: readonly (readonly [name: string, bytes: Uint8Array, crc: number])[] = [
  ['32 bytes of zeros', new Uint8Array(32), 0x8a91_36aa],
  ['32 bytes of ones', new Uint8Array(32).fill(0xff), 0x62a8_ab43],
  ['32 bytes of incrementing 00..1f', Uint8Array.from({ length: 32 }, (_, place) => place), 0x46dd_794e],
  ['32 bytes of decrementing 1f..00', Uint8Array.from({ length: 32 }, (_, place) => 31 - place), 0x113f_db5c],
  ['check value', Buffer.from('123456789'), 0xe306_9283],
  ['nothing', new Uint8Array(0), 0],
];

for (const [name, bytes, crc] of VECTORS)
  test(`RFC 3720 B.4: CRC-32C of ${name}`, (t) => {
    t.is(crc32c(bytes), crc);
    const within = Buffer.concat([Buffer.from('abc'), bytes, Buffer.from('de')]);
    t.is(crc32c(within, 3, 3 + bytes.length), crc);
  });
