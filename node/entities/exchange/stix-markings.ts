import type { Marking, Tlp } from '../../../proto/domain/marking.ts';
import { stixId } from './stix-ids.ts';
import type { StixObject } from './stix.ts';

/** TLP 2.0 as OASIS publishes it. Source: cti-stix-common-objects, extension-definition tlp-2.0. */
const TLP_IDS: Readonly<Record<Tlp, string>> = {
  CLEAR: 'marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487',
  GREEN: 'marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb',
  AMBER: 'marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421',
  'AMBER+STRICT': 'marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003',
  RED: 'marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1',
};
const TLP_EXTENSION = 'extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d';
const TLP_CREATED = '2022-10-01T00:00:00.000Z';

/** References to what a marking means, and the objects that say it. */
export function stixMarking(marking: Marking): {
  readonly refs: readonly string[];
  readonly objects: readonly StixObject[];
} {
  const objects = [tlpObject(marking.tlp), statementObject(marking)];
  return { refs: objects.map(({ id }) => id), objects };
}

function tlpObject(tlp: Tlp): StixObject {
  return {
    type: 'marking-definition',
    spec_version: '2.1',
    id: TLP_IDS[tlp],
    created: TLP_CREATED,
    name: `TLP:${tlp}`,
    extensions: { [TLP_EXTENSION]: { extension_type: 'property-extension', tlp_2_0: tlp.toLowerCase() } },
  };
}

/** Classification, compartments and groups, of which STIX has no vocabulary. */
function statementObject({ classification, compartments, groups }: Marking): StixObject {
  const statement = [
    `classification ${classification}`,
    ...compartments.map((name) => `compartment ${name}`),
    ...groups.map((name) => `group ${name}`),
  ].join('; ');
  return {
    type: 'marking-definition',
    spec_version: '2.1',
    id: stixId('marking-definition', statement),
    created: TLP_CREATED,
    definition_type: 'statement',
    definition: { statement },
  };
}
