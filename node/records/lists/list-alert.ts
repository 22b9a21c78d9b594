import { toHex, utf8 } from '../../../crypto/bytes.ts';
import { sha256 } from '../../../crypto/hash.ts';
import type { Alert, AlertPriority, AlertType } from '../../../proto/domain/alert.ts';
import { asId } from '../../../proto/domain/ids.ts';
import type { Customer, ListEntry, ListKind } from '../../../proto/domain/records.ts';

const TYPES: Readonly<Record<ListKind, AlertType>> = {
  SANCTIONS: 'SANCTIONS',
  PEP: 'PEP',
  ADVERSE_MEDIA: 'ADVERSE_MEDIA',
};
const PRIORITIES: Readonly<Record<ListKind, AlertPriority>> = {
  SANCTIONS: 'HIGH',
  PEP: 'MEDIUM',
  ADVERSE_MEDIA: 'MEDIUM',
};
/** From here on more than the name agrees. */
const CRITICAL_FROM = 0.95;
const ID_LETTERS = 32;

/** An entry that a list's new version added or changed, and a customer who may be meant by it. */
export type ListFinding = {
  readonly customer: Customer;
  readonly entry: ListEntry;
  readonly change: 'added' | 'changed';
  /** Of all that was compared, and of the names alone; 0 to 1. */
  readonly score: number;
  readonly nameScore: number;
  readonly matchedName: string;
  /** When the version came into force. */
  readonly knownAtMs: number;
};

/** The alert that the node itself raises. Equal findings give equal alerts under one id, so raising twice raises once. */
export function listAlert({ customer, entry, ...finding }: ListFinding): Alert {
  const { listName, listVersion, listKind, entryId } = entry;
  const isCritical = listKind === 'SANCTIONS' && finding.score >= CRITICAL_FROM;
  return {
    alertId: asId(listAlertId(customer.customerId, entry)),
    alertType: TYPES[listKind],
    priority: isCritical ? 'CRITICAL' : PRIORITIES[listKind],
    customer: {
      customerId: customer.customerId,
      name: customer.name,
      aliases: customer.aliases,
      dateOfBirth: customer.dateOfBirth,
      addresses: [addressOf(customer)],
      entityType: customer.entityType,
      nationality: customer.nationality,
      industry: customer.industry,
    },
    matches: [
      {
        source: LIST_UPDATE_SOURCE,
        matchType: finding.change,
        matchedName: finding.matchedName,
        matchScore: finding.nameScore,
        listName,
        listId: entryId,
        listDateOfBirth: null,
        listCountry: null,
        program: entry.programs[0] ?? null,
      },
    ],
    screenedLists: [listName],
    jurisdiction: null,
    riskAppetite: null,
    transactions: null,
    account: null,
    raisedAtMs: finding.knownAtMs,
    metadata: { raised_by: LIST_UPDATE_SOURCE, list_version: listVersion, entry: finding.change, score: finding.score },
  };
}

/** What an alert that the node raised names as its source. */
export const LIST_UPDATE_SOURCE = 'list-update';

/** One id for a customer and an entry in a version of its list. */
export function listAlertId(
  customerId: string,
  { listName, listVersion, entryId }: Pick<ListEntry, 'listName' | 'listVersion' | 'entryId'>,
): string {
  const digest = sha256(utf8([customerId, listName, listVersion, entryId].join('\u0000')));
  return `list-${toHex(digest).slice(0, ID_LETTERS)}`;
}

function addressOf({ street, city, country, postalCode }: Customer): Alert['customer']['addresses'][number] {
  return { street, city, state: null, country, postalCode };
}
