declare const brand: unique symbol;
type Branded<Text extends string> = string & { readonly [brand]: Text };

/** Id of an alert at its agency, as the source system gave it. Never a number: real ids exceed 2^53. */
export type AlertId = Branded<'AlertId'>;
export type CustomerId = Branded<'CustomerId'>;
export type AccountId = Branded<'AccountId'>;
export type TransferId = Branded<'TransferId'>;
/** Short name of an agency in the federation, lower case. */
export type AgencyId = Branded<'AgencyId'>;
/** libp2p peer id in base58, as it follows from a node's identity key. */
export type PeerIdText = Branded<'PeerIdText'>;
/** Key of an element in the graph: `<kind>:<agency>:<id>`. */
export type EntityKey = Branded<'EntityKey'>;

/** Marks a text as an identifier once the parser at the edge has accepted it. */
export function asId<Id extends string>(text: string): Id {
  return text as Id;
}
