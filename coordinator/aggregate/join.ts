import { recoverWithFaults } from '../../crypto/flag/recover.ts';
import { decodeIndicatorPart } from '../../proto/codec/indicator.ts';
import type { IndicatorPart } from '../../proto/domain/exchange.ts';
import { isRefusal } from '../../proto/domain/errors.ts';
import type { AgencyId } from '../../proto/domain/ids.ts';
import type { FlagRecord } from './flag-record.ts';

/** What the flags of one tag come to. */
export type Joined = {
  /** Parts of the contributors that fit together; none while fewer than k groups do. */
  readonly parts: readonly IndicatorPart[];
  /** Distinct corporate groups behind the parts. */
  readonly groupCount: number;
  /** Agencies whose share or part does not fit, to be named to the operator. */
  readonly faulty: readonly AgencyId[];
};

const CLOSED: Joined = { parts: [], groupCount: 0, faulty: [] };

/**
 * Joins the flags of one (epoch, tag): at shares of k distinct corporate groups the outer layer opens, at k − 1 nothing
 * does. Agencies of one group have one share between them. Nobody can be named while the flag stays closed.
 */
export function joinFlags(flags: readonly FlagRecord[], threshold: number): Joined {
  const [first] = flags;
  if (first === undefined || groupsOf(flags).size < threshold) return CLOSED;
  const { epoch, tag } = first;
  let recovery: ReturnType<typeof recoverWithFaults<FlagRecord>>;
  try {
    recovery = recoverWithFaults({ items: flags, threshold, epoch, tag });
  } catch (error) {
    if (isRefusal(error)) return CLOSED;
    throw error;
  }
  const opened = recovery.opened.map(({ item, part }) => ({ item, part: readPart(part) }));
  const readable = opened.flatMap(({ item, part }) => (part === undefined ? [] : [{ item, part }]));
  const faulty = [
    ...recovery.faulty.map(({ agencyId }) => agencyId),
    ...opened.flatMap(({ item, part }) => (part === undefined ? [item.agencyId] : [])),
  ];
  const groupCount = groupsOf(readable.map(({ item }) => item)).size;
  if (groupCount < threshold) return { ...CLOSED, faulty };
  return { parts: readable.map(({ part }) => part), groupCount, faulty };
}

function groupsOf(flags: readonly FlagRecord[]): ReadonlySet<string> {
  return new Set(flags.map(({ corporateGroup }) => corporateGroup));
}

/** A part is bytes of a contributor's choice until it has been read. */
function readPart(bytes: Uint8Array): IndicatorPart | undefined {
  try {
    return decodeIndicatorPart(bytes);
  } catch (error) {
    if (isRefusal(error)) return undefined;
    throw error;
  }
}
