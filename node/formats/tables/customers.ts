import { ENTITY_TYPES } from '../../../proto/domain/alert.ts';
import type { Customer } from '../../../proto/domain/records.ts';
import type { Table } from './table.ts';

/** Customers of an agency. The day of birth of a business is that of its incorporation. */
export const CUSTOMERS: Table<Customer> = {
  required: ['customer_id', 'entity_type', 'name'],
  optional: [
    'given_name',
    'surname',
    'aliases',
    'date_of_birth',
    'street',
    'city',
    'postal_code',
    'country',
    'nationality',
    'national_id',
    'phone',
    'email',
    'industry',
    'onboarded',
  ],
  read: (row) => ({
    customerId: row.identifier('customer_id'),
    entityType: row.choice('entity_type', ENTITY_TYPES),
    name: row.text('name'),
    givenName: row.optional('given_name'),
    surname: row.optional('surname'),
    aliases: row.list('aliases'),
    dateOfBirth: row.day('date_of_birth'),
    street: row.optional('street'),
    city: row.optional('city'),
    postalCode: row.optional('postal_code'),
    country: row.optional('country'),
    nationality: row.optional('nationality'),
    nationalId: row.optional('national_id'),
    phone: row.optional('phone'),
    email: row.optional('email'),
    industry: row.optional('industry'),
    onboarded: row.day('onboarded'),
  }),
};
