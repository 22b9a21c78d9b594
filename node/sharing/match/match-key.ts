import { toHex } from '../../../crypto/bytes.ts';
import type { KeyPair } from '../../../crypto/keys.ts';
import { assembleFilter, sealFilterEntry } from '../../../crypto/match/filter.ts';
import { matchToken } from '../../../crypto/match/token.ts';
import { createOprfKey, evaluateDirect } from '../../../crypto/oprf/voprf.ts';
import { LIMITS } from '../../../config/settings/limits.ts';
import { isRefusal } from '../../../proto/domain/errors.ts';
import type { RandomBytes } from '../../../proto/domain/runtime.ts';
import { mapInTurns } from '../yielding.ts';
import { type AnsweringEntity, encodeLabel } from './label.ts';

/** A key of an epoch and the filter of the answering set under it. */
export type MatchKey = { readonly epoch: number; readonly pair: KeyPair; readonly filter: Uint8Array };

/** What the labels of a filter may say. */
export type LabelTerms = { readonly level: number; readonly contact: string; readonly asOfMs: number };

/**
 * Makes the key of an epoch and its filter. Entities with one token get one entry; one whose value has no canonical
 * spelling is left out, as nobody could ask for it.
 * @returns the key, and how many entities were left out
 */
export async function makeMatchKey(
  entities: readonly AnsweringEntity[],
  epoch: number,
  terms: LabelTerms,
  random: RandomBytes,
): Promise<{ readonly key: MatchKey; readonly left: number }> {
  const pair = createOprfKey(random);
  const tokens = await mapInTurns(entities, LIMITS.directEvaluations, (entity) => tokenOf(entity, epoch));
  const groups = new Map<string, { readonly token: Uint8Array; readonly entities: AnsweringEntity[] }>();
  for (const [place, entity] of entities.entries()) {
    const token = tokens[place];
    if (token === undefined) continue;
    const group = groups.get(toHex(token)) ?? { token, entities: [] };
    group.entities.push(entity);
    groups.set(toHex(token), group);
  }
  const sealed = await mapInTurns([...groups.values()], LIMITS.directEvaluations, (group) => {
    const label = encodeLabel(group.entities, terms.level, terms.contact, terms.asOfMs);
    return sealFilterEntry({ oprfOutput: evaluateDirect(pair.secretKey, group.token), label }, random);
  });
  const left = tokens.filter((token) => token === undefined).length;
  return { key: { epoch, pair, filter: assembleFilter(sealed, random) }, left };
}

function tokenOf({ tokenType, value }: AnsweringEntity, epoch: number): Uint8Array | undefined {
  try {
    return matchToken({ type: tokenType, epoch, value });
  } catch (error) {
    if (isRefusal(error, 'MATCH_TOKEN')) return undefined;
    throw error;
  }
}
