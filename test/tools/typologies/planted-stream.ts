import type { StreamTransfer } from '../../../node/triage/detectors/stream/flow.ts';
import { asId, type EntityKey } from '../../../proto/domain/ids.ts';
import { seededRandom } from '../random-sources.ts';

const DAY_MS = 86_400_000;
export const FIRST_DAY_MS = Date.parse('2031-01-01T00:00:00Z');

/** A pattern that was planted: its typology and the transfers that make it. */
export type Planted = { readonly typology: string; readonly transferIds: readonly string[] };
export type PlantedStream = { readonly transfers: readonly StreamTransfer[]; readonly planted: readonly Planted[] };

/** A transfer on a day, between accounts named by short words. */
export function transfer(
  edgeId: string,
  from: string,
  to: string,
  day: number,
  amount = 50_000,
  more: Partial<StreamTransfer> = {},
): StreamTransfer {
  const atMs = FIRST_DAY_MS + day * DAY_MS;
  const keyOf = (name: string): EntityKey => asId(`account:alpha:${name}`);
  return { edgeId, from: keyOf(from), to: keyOf(to), amount, currency: 'EUR', atMs, knownAtMs: atMs + DAY_MS, ...more };
}

type Draw = (below: number) => number;
/** Ends by name, days after the pattern begins, and amount. */
type Row = readonly [from: string, to: string, day: number, amount: number];

/** Each typology as one gang would do it; amounts vary where the typology does not say otherwise. */
const SHAPES: Readonly<Record<string, (draw: Draw) => readonly Row[]>> = {
  fan_in: (draw) => range(6 + draw(5)).map((place) => [`s${place}`, 'hub', draw(16), sum(draw)]),
  fan_out: (draw) => range(6 + draw(5)).map((place) => ['hub', `r${place}`, draw(16), sum(draw)]),
  cycle: (draw) => {
    const length = 3 + draw(2);
    return range(length).map((place) => [`c${place}`, `c${(place + 1) % length}`, 3 * place, 90_000 - 4_000 * place]);
  },
  scatter_gather: (draw) =>
    range(3 + draw(3)).flatMap((place) => [
      ['source', `m${place}`, draw(6), sum(draw)],
      [`m${place}`, 'sink', 8 + draw(8), sum(draw)],
    ]),
  gather_scatter: (draw) => [
    ...range(3 + draw(3)).map((place): Row => [`s${place}`, 'hub', draw(6), sum(draw)]),
    ...range(3 + draw(3)).map((place): Row => ['hub', `r${place}`, 8 + draw(6), sum(draw)]),
  ],
  pass_through: (draw) => {
    const amount = sum(draw);
    return [
      ['s', 'mule', 0, amount],
      ['mule', 'r', 1 + draw(3), Math.round(amount * 0.95)],
    ];
  },
  structuring: (draw) => {
    return range(5 + draw(4)).map((place) => ['payer', `r${place}`, draw(9), 95_000 + draw(3_000)]);
  },
  dormant_then_active: (draw) => [
    ['sleeper', 'old', -40, sum(draw)],
    ...range(5 + draw(3)).map((place): Row => ['sleeper', `r${place % 2}`, draw(6), sum(draw)]),
  ],
  bipartite: (draw) =>
    range(2 + draw(2)).flatMap((sender) =>
      range(3).map((receiver): Row => [`s${sender}`, `r${receiver}`, draw(16), sum(draw)]),
    ),
  stack: (draw) => [
    ...range(2 + draw(2)).flatMap((top) => range(2).map((m): Row => [`t${top}`, `m${m}`, draw(6), sum(draw)])),
    ...range(2).map((m): Row => [`m${m}`, 'end', 8 + draw(6), sum(draw)]),
  ],
  shell_cluster: (draw) => {
    const amount = sum(draw);
    return range(5).map((place) => [`x${place}`, `x${place + 1}`, 2 * place, Math.round(amount * 0.95 ** place)]);
  },
};
export const PLANTED_TYPOLOGIES = Object.keys(SHAPES);

function range(count: number): readonly number[] {
  return Array.from({ length: count }, (_, place) => place);
}

function sum(draw: Draw): number {
  return 20_000 + draw(180_000);
}

/**
 * Quarter of a year of ordinary life (salaries, rents, shops, friends who lend and get back, now and then a stranger)
 * with patterns of each typology planted in it, partly on accounts that live an ordinary life besides. In time.
 */
export function plantedStream(seed: string, accounts: number, patternsEach: number): PlantedStream {
  const bytes = seededRandom(seed);
  const draw: Draw = (below) => new DataView(bytes(4).buffer).getUint32(0) % below;
  const transfers: StreamTransfer[] = [];
  const add = (from: string, to: string, day: number, amount: number): string => {
    const edgeId = `t${String(draw(2 ** 31)).padStart(10, '0')}-${transfers.length}`;
    transfers.push(transfer(edgeId, from, to, day, amount));
    return edgeId;
  };
  for (const place of range(accounts)) ordinaryLife(`a${place}`, accounts, draw, add);
  const planted = Object.entries(SHAPES).flatMap(([typology, shape]) =>
    range(patternsEach).map((place) => {
      const begin = 42 + draw(24);
      // Ring accounts are ordinary ones in every third pattern; sleepers and shells live no other life.
      const hidden = place % 3 === 0 && !['dormant_then_active', 'shell_cluster'].includes(typology);
      const cast = (name: string): string => {
        return hidden
          ? `a${(hash(`${seed}/${typology}/${place}/${name}`) % accounts).toString()}`
          : `${typology}-${place}-${name}`;
      };
      const rows = shape(draw);
      const ids = rows.map(([from, to, day, amount]) => ({ day, id: add(cast(from), cast(to), begin + day, amount) }));
      return { typology, transferIds: ids.filter(({ day }) => day >= 0).map(({ id }) => id) };
    }),
  );
  return { transfers: transfers.sort((one, other) => one.atMs - other.atMs), planted };
}

function ordinaryLife(
  account: string,
  accounts: number,
  draw: Draw,
  add: (from: string, to: string, day: number, amount: number) => string,
): void {
  const someone = (): string => `a${draw(accounts)}`;
  const friends = range(3).map(someone);
  const payday = draw(28);
  for (let day = payday; day < 90; day += 28) {
    add(`employer${draw(3)}`, account, day, 250_000);
    add(account, `landlord${hash(account) % 20}`, day, 90_000);
  }
  for (let day = draw(6); day < 90; day += 3 + draw(9)) {
    const [to, amount] = draw(3) > 0 ? [`shop${draw(12)}`, 1_000 + draw(9_000)] : [friends[draw(3)] ?? '', sum(draw)];
    if (to !== account) add(account, to, day, amount);
  }
  const stranger = someone();
  if (stranger !== account) add(account, stranger, draw(90), sum(draw));
}

/** FNV-1a. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (const character of text) value = Math.imul(value ^ character.charCodeAt(0), 0x01000193) >>> 0;
  return value;
}
