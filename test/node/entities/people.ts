import { asId } from '../../../proto/domain/ids.ts';
import type { Customer } from '../../../proto/domain/records.ts';

/** A customer of whom all is known, with what a test changes. */
export function person(customerId: string, more: Partial<Customer> = {}): Customer {
  return {
    customerId: asId(customerId),
    entityType: 'INDIVIDUAL',
    name: 'Ilse Quarzenberg',
    givenName: null,
    surname: null,
    aliases: [],
    dateOfBirth: '1971-03-14',
    street: 'Am Anger 3',
    city: 'Ort',
    postalCode: '12345',
    country: 'DE',
    nationality: 'DE',
    nationalId: 'DE918273645',
    phone: '+49 30 5551234',
    email: 'ilse@mail.example',
    industry: null,
    onboarded: '2015-12-14',
    ...more,
  };
}
