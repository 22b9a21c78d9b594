/** Traffic Light Protocol 2.0 (FIRST), least restrictive first. */
export const TLP_LEVELS = ['CLEAR', 'GREEN', 'AMBER', 'AMBER+STRICT', 'RED'] as const;
export type Tlp = (typeof TLP_LEVELS)[number];

/** Classification levels, lowest first. */
export const CLASSIFICATIONS = ['UNCLASSIFIED', 'RESTRICTED', 'CONFIDENTIAL', 'SECRET', 'TOP_SECRET'] as const;
export type Classification = (typeof CLASSIFICATIONS)[number];

/** Who may read an object. All compartments must be held; of the groups, where there are any, one is enough. */
export type Marking = {
  readonly tlp: Tlp;
  readonly classification: Classification;
  readonly compartments: readonly string[];
  readonly groups: readonly string[];
};

export const ROLES = ['analyst', 'admin', 'read-only', 'reporting', 'system'] as const;
export type Role = (typeof ROLES)[number];

/** On whose behalf a read happens. Every read in every port takes one. */
export type Viewer = {
  /** Person or process, for the audit trail. */
  readonly name: string;
  readonly agency: string;
  readonly role: Role;
  readonly clearance: Classification;
  readonly compartments: readonly string[];
  readonly groups: readonly string[];
};

/** The most restrictive marking: what an unknown one is read as. Nobody but the system itself sees it. */
export const MOST_RESTRICTIVE: Marking = {
  tlp: 'RED',
  classification: 'TOP_SECRET',
  compartments: ['\u0000unknown'],
  groups: [],
};

/**
 * Decides whether a viewer may read an object: no read up, every compartment held, one group shared.
 * The process's own viewer (role system) reads everything, as it enforces the rule for the others.
 */
export function canSee(viewer: Viewer, marking: Marking): boolean {
  if (viewer.role === 'system') return true;
  if (CLASSIFICATIONS.indexOf(marking.classification) > CLASSIFICATIONS.indexOf(viewer.clearance)) return false;
  if (!marking.compartments.every((compartment) => viewer.compartments.includes(compartment))) return false;
  return marking.groups.length === 0 || marking.groups.some((group) => viewer.groups.includes(group));
}

/** The marking of something made of both: the higher levels, all compartments, the groups that both allow. */
export function combineMarkings(one: Marking, other: Marking): Marking {
  return {
    tlp: TLP_LEVELS[Math.max(TLP_LEVELS.indexOf(one.tlp), TLP_LEVELS.indexOf(other.tlp))] ?? 'RED',
    classification:
      CLASSIFICATIONS[
        Math.max(CLASSIFICATIONS.indexOf(one.classification), CLASSIFICATIONS.indexOf(other.classification))
      ] ?? 'TOP_SECRET',
    compartments: [...new Set([...one.compartments, ...other.compartments])].sort(),
    groups: combineGroups(one.groups, other.groups),
  };
}

/** No groups means everybody. Two lists without a common group mean nobody, said as an impossible group. */
function combineGroups(one: readonly string[], other: readonly string[]): readonly string[] {
  if (one.length === 0) return other;
  if (other.length === 0) return one;
  const both = one.filter((group) => other.includes(group));
  return both.length > 0 ? both : ['\u0000nobody'];
}
