import { type AccountView, type Counterparty, DAY_MS, type Movement, WINDOW_MS } from './account-view.ts';

/** What an account's own transfers say, for own and other agencies' accounts alike. */
export const ACCOUNT_FEATURES = [
  'incoming_transfers',
  'outgoing_transfers',
  'senders',
  'receivers',
  'first_time_counterparties',
  'one_off_senders',
  'one_off_receivers',
  'one_off_counterparties',
  'one_off_relays',
  'relays',
  'flow_balance',
  'repeat_share',
  'week_transfers',
  'earlier_activity',
  'active_days',
] as const;
export type AccountFeature = (typeof ACCOUNT_FEATURES)[number];
export type AccountFeatures = Readonly<Record<AccountFeature, number>>;

const WEEK_MS = 7 * DAY_MS;
/** With fewer transfers than this in the look-back, a counterparty is not yet one that an account deals with regularly. */
const REGULAR_TRANSFERS = 3;

/**
 * Behaviour of the window, free of currency and size of the sums: counts as ln(1 + n), shares from 0 to 1.
 * An account without transfers has zeros.
 */
export function accountFeatures(view: AccountView): AccountFeatures {
  const known = computed.get(view);
  if (known !== undefined) return known;
  const features = compute(view);
  computed.set(view, features);
  return features;
}

/** A counterparty is judged for the score, and again for what an escalation marks. Gone with the view. */
const computed = new WeakMap<AccountView, AccountFeatures>();

function compute(view: AccountView): AccountFeatures {
  const { recent, recentCounterparties } = view;
  const { incoming, outgoing, oneOffsIn, oneOffsOut, regular, activeDays } = sorted(view);
  const startMs = view.endMs - WINDOW_MS;
  return {
    incoming_transfers: Math.log1p(incoming.length),
    outgoing_transfers: Math.log1p(outgoing.length),
    senders: Math.log1p(distinct(incoming)),
    receivers: Math.log1p(distinct(outgoing)),
    first_time_counterparties: Math.log1p(count(recentCounterparties, ({ firstAtMs }) => firstAtMs >= startMs)),
    one_off_senders: Math.log1p(oneOffsIn.length),
    one_off_receivers: Math.log1p(oneOffsOut.length),
    one_off_counterparties: Math.log1p(count(recentCounterparties, ({ oneOff }) => oneOff)),
    one_off_relays: Math.log1p(oneOffRelays(oneOffsIn, oneOffsOut)),
    relays: Math.log1p(relays(incoming, outgoing)),
    flow_balance: flowBalance(incoming, outgoing),
    repeat_share: recent.length === 0 ? 0 : regular / recent.length,
    week_transfers: Math.log1p(count(recent, ({ atMs }) => atMs >= view.endMs - WEEK_MS)),
    earlier_activity: Math.log1p(earlierActivity(view)),
    active_days: activeDays / (WINDOW_MS / DAY_MS),
  };
}

/** The transfers of the window by way and by counterparty, in one pass: each alert asks it of all counterparties. */
function sorted({ counterparties, recent }: AccountView) {
  const incoming: Movement[] = [];
  const outgoing: Movement[] = [];
  const oneOffsIn: Movement[] = [];
  const oneOffsOut: Movement[] = [];
  const days = new Set<number>();
  let regular = 0;
  for (const movement of recent) {
    const other = counterparties.get(movement.other);
    (movement.incoming ? incoming : outgoing).push(movement);
    if (other?.oneOff === true) (movement.incoming ? oneOffsIn : oneOffsOut).push(movement);
    if ((other?.transfers ?? 0) >= REGULAR_TRANSFERS) regular += 1;
    days.add(Math.floor(movement.atMs / DAY_MS));
  }
  return { incoming, outgoing, oneOffsIn, oneOffsOut, regular, activeDays: days.size };
}

/** Transfers of four earlier weeks on average, over the history that is known. */
function earlierActivity(view: AccountView): number {
  const earlier = view.movements.length - view.recent.length;
  return earlier / Math.max(1, (historyMs(view) - WINDOW_MS) / WINDOW_MS);
}

function historyMs(view: AccountView): number {
  return view.endMs - (view.movements[0]?.atMs ?? view.endMs);
}

function distinct(movements: readonly Movement[]): number {
  return new Set(movements.map(({ other }) => other)).size;
}

/** Incoming transfers of a one-off sender that a one-off receiver's follows within days, whatever the sums. */
function oneOffRelays(incoming: readonly Movement[], outgoing: readonly Movement[]): number {
  return count(incoming, (into) => outgoing.some((out) => follows(into, out, 10)));
}

/** Incoming transfers of which at least half leaves again within days, to somebody else. */
function relays(incoming: readonly Movement[], outgoing: readonly Movement[]): number {
  return count(incoming, (into) =>
    outgoing.some((out) => {
      if (!follows(into, out, 5) || out.other === into.other || out.currency !== into.currency) return false;
      return out.amount >= 0.5 * into.amount && out.amount <= 1.05 * into.amount;
    }),
  );
}

function follows(into: Movement, out: Movement, days: number): boolean {
  return out.atMs >= into.atMs && out.atMs <= into.atMs + days * DAY_MS;
}

/** 1 when as much leaves as comes in, 0 when all goes one way; in the currency of most transfers. */
function flowBalance(incoming: readonly Movement[], outgoing: readonly Movement[]): number {
  const currency = mainCurrency(incoming, outgoing);
  const [into, out] = [total(incoming, currency), total(outgoing, currency)];
  const larger = Math.max(into, out);
  return larger === 0 ? 0 : Math.min(into, out) / larger;
}

function mainCurrency(...ways: readonly (readonly Movement[])[]): string {
  const counts = new Map<string, number>();
  for (const movements of ways)
    for (const { currency } of movements) counts.set(currency, (counts.get(currency) ?? 0) + 1);
  let main = '';
  for (const [currency, times] of counts) if (times > (counts.get(main) ?? 0)) main = currency;
  return main;
}

function total(movements: readonly Movement[], currency: string): number {
  return movements.reduce((sum, movement) => sum + (movement.currency === currency ? movement.amount : 0), 0);
}

function count<Item extends Movement | Counterparty>(items: readonly Item[], holds: (item: Item) => boolean): number {
  let found = 0;
  for (const item of items) if (holds(item)) found += 1;
  return found;
}
