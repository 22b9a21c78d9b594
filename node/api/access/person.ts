import { CLASSIFICATIONS, type Classification, type Role, type Viewer } from '../../../proto/domain/marking.ts';

/** Roles that a person's key may have; `system` is the process's own. */
export const PERSON_ROLES = ['analyst', 'admin', 'read-only', 'reporting'] as const satisfies readonly Role[];
export type PersonRole = (typeof PERSON_ROLES)[number];

/** An API key of one named person, as the ledger keeps it: never the key, only its digest. */
export type PersonKey = {
  readonly keyId: string;
  /** Who answers for what is done with it. */
  readonly person: string;
  readonly role: PersonRole;
  readonly clearance: Classification;
  readonly compartments: readonly string[];
  readonly groups: readonly string[];
  readonly digest: string;
  readonly createdBy: string;
  readonly createdAtMs: number;
  readonly expiresAtMs: number;
  readonly revokedAtMs: number | null;
};

/** Whether a key still opens anything. */
export function isLive(key: PersonKey, nowMs: number): boolean {
  return key.revokedAtMs === null && nowMs < key.expiresAtMs;
}

/** Whoever reads with a key reads no higher than the key and the node's ceiling both allow. */
export function viewerOf(key: PersonKey, node: { agency: string; ceiling: Classification }): Viewer {
  return {
    name: key.person,
    agency: node.agency,
    role: key.role,
    clearance: lowerOf(key.clearance, node.ceiling),
    compartments: key.compartments,
    groups: key.groups,
  };
}

/** The lower of two classifications. */
export function lowerOf(one: Classification, other: Classification): Classification {
  return CLASSIFICATIONS.indexOf(one) <= CLASSIFICATIONS.indexOf(other) ? one : other;
}
