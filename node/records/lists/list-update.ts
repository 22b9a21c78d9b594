import { defineCollection } from '../../ledger/collection.ts';
import { LIST_MARKING } from '../marking.ts';

/** What a new version changed in a list, and what came of screening the customers against it. */
export type ListUpdate = {
  readonly listName: string;
  readonly listVersion: string;
  /** null for a list's first version. */
  readonly previous: string | null;
  readonly knownAtMs: number;
  readonly added: number;
  readonly removed: number;
  readonly changed: number;
  /**
   * `baseline`: a first version raises no alerts, since all of its entries would be new. `owed`: customers are still to
   * be screened against what was added and changed.
   */
  readonly screening: 'baseline' | 'owed' | 'done';
  readonly customersScreened: number;
  readonly alertsRaised: number;
};

/** Key `<list>/<version>`; written with the version, in one commit. */
export const LIST_UPDATES = defineCollection<ListUpdate>({
  space: 'listUpdate',
  keyOf: (update) => `${update.listName}/${update.listVersion}`,
  markingOf: () => LIST_MARKING,
});
