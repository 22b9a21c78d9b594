import { list, port, text } from './kinds.ts';
import { setting } from './setting.ts';

export const COORDINATOR_SETTINGS = {
  host: setting(text(), {
    default: '127.0.0.1',
    description: 'Address on which both listeners take connections.',
  }),
  enrolmentPort: setting(port(), {
    default: 9_700,
    description: 'Port of the enrolment listener; 0 takes any free one, written to run.json.',
  }),
  memberPort: setting(port(), {
    default: 9_701,
    description: 'Port of the member listener; 0 takes any free one, written to run.json.',
  }),
  advertise: setting(text(/^[A-Za-z0-9.:-]{1,253}$/, 'host name or address'), {
    default: '127.0.0.1',
    description: 'Name or address under which nodes reach this coordinator; it stands in join tokens.',
  }),
  names: setting(list(/^[A-Za-z0-9.:-]{1,253}$/, 'list of host names and addresses'), {
    default: ['localhost', '127.0.0.1'],
    description: 'Further names and addresses in the certificate of the listeners.',
  }),
  encryptionKey: setting(text(), {
    description: 'Secret under which the private keys in the keys folder are encrypted.',
    secret: true,
  }),
} as const;
