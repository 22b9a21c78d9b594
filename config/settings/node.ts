import { choice, text } from './kinds.ts';
import { setting } from './setting.ts';

/** Short names of agencies and nodes: lower case, as they stand in certificates and on the wire. */
export const SHORT_NAME = /^[a-z][a-z0-9-]{0,62}$/;

export const NODE_SETTINGS = {
  agency: setting(text(SHORT_NAME, 'lower-case name of letters, digits, hyphens'), {
    description: 'Short name of the agency that runs this node.',
  }),
  name: setting(text(SHORT_NAME, 'lower-case name of letters, digits, hyphens'), {
    default: 'node-1',
    description: 'Name of this node, unique within its agency.',
  }),
  profile: setting(
    choice(['production', 'development'], (word) => (word === 'test' ? 'development' : word)),
    {
      default: 'production',
      description: 'Outside development, weak secrets, published default passwords and debug answers stop the start.',
      aliases: ['CONCORDAT_PROFILE', 'NODE_ENV'],
    },
  ),
  businessTime: setting(choice(['live', 'replay']), {
    default: 'live',
    description: 'Clock of decisions: the machine, or the time of the last row fed, for data of the past.',
  }),
} as const;
