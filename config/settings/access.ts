import { CLASSIFICATIONS } from '../../proto/domain/marking.ts';
import { choice, integer, text } from './kinds.ts';
import { setting } from './setting.ts';

export const ACCESS_SETTINGS = {
  jwtSecret: setting(text(), {
    description: 'Secret under which API keys are digested. Changing it makes every key invalid.',
    aliases: ['JWT_SECRET'],
    secret: true,
  }),
  encryptionKey: setting(text(), {
    description: 'Secret under which the private keys in the keys folder are encrypted.',
    aliases: ['ENCRYPTION_KEY'],
    secret: true,
  }),
  classificationLevel: setting(
    choice(CLASSIFICATIONS, (word) => word.trim().toUpperCase().replace(/[ -]/g, '_')),
    {
      default: 'CONFIDENTIAL',
      description: 'Ceiling of this node: nothing classified higher is accepted, and no key reads higher.',
      aliases: ['CLASSIFICATION_LEVEL'],
    },
  ),
  keyLifeDays: setting(integer(1, 365), {
    default: 90,
    description: 'Longest life of an API key.',
  }),
} as const;
