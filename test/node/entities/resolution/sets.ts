import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { readCsv } from '../../../../node/formats/csv.ts';
import { asId } from '../../../../proto/domain/ids.ts';
import type { Customer } from '../../../../proto/domain/records.ts';

type Rows = readonly Readonly<Record<string, string>>[];

/** Records of which it is known who they are of, by customer id. */
export type LabelledSet = { readonly customers: readonly Customer[]; readonly personOf: ReadonlyMap<string, string> };

/** Rows of a file by column, blanks around names and values left out. */
export async function rowsOf(path: string): Promise<Rows> {
  const rows: Record<string, string>[] = [];
  let columns: readonly string[] | undefined;
  const blocks = await Array.fromAsync(readCsv(createReadStream(path)));
  for (const { cells } of blocks.flatMap(({ records }) => records)) {
    if (columns === undefined) columns = cells.map((cell) => cell.trim());
    else rows.push(Object.fromEntries(columns.map((column, place) => [column, (cells[place] ?? '').trim()])));
  }
  return rows;
}

/** The customers of all agencies of a set, as if they were one agency's. */
export async function pooledCustomers(directory: string): Promise<LabelledSet> {
  const customers: Customer[] = [];
  for (const { agency_id: agency = '' } of await rowsOf(join(directory, 'agencies.csv')))
    for (const row of await rowsOf(join(directory, 'agencies', agency, 'customers.csv')))
      customers.push(customerOf(`${agency}-${row['customer_id']}`, row));
  const persons = await rowsOf(join(directory, 'truth/persons.csv'));
  return {
    customers,
    personOf: new Map(persons.map((row) => [`${row['agency']}-${row['customer_id']}`, row['person_id'] ?? ''])),
  };
}

/** A FEBRL file: Australian persons, some of them several times and damaged. */
export async function febrlRecords(path: string): Promise<LabelledSet> {
  const rows = await rowsOf(path);
  const customers = rows.map((row) => {
    const day = row['date_of_birth'] ?? '';
    return customerOf(row['rec_id'] ?? '', {
      entity_type: 'INDIVIDUAL',
      name: `${row['given_name']} ${row['surname']}`.trim(),
      date_of_birth: /^\d{8}$/.test(day) ? `${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6)}` : '',
      street: `${row['street_number']} ${row['address_1']}`.trim(),
      city: row['suburb'] ?? '',
      postal_code: row['postcode'] ?? '',
      country: 'AU',
      national_id: row['soc_sec_id'] ?? '',
    });
  });
  return { customers, personOf: new Map(rows.map(({ rec_id: id = '' }) => [id, id.split('-')[1] ?? ''])) };
}

function customerOf(customerId: string, row: Readonly<Record<string, string>>): Customer {
  const known = (column: string): string | null => (row[column] === '' ? null : (row[column] ?? null));
  return {
    customerId: asId(customerId),
    entityType: row['entity_type'] === 'BUSINESS' ? 'BUSINESS' : 'INDIVIDUAL',
    name: row['name'] ?? '',
    givenName: known('given_name'),
    surname: known('surname'),
    aliases: known('aliases')?.split(';') ?? [],
    dateOfBirth: known('date_of_birth'),
    street: known('street'),
    city: known('city'),
    postalCode: known('postal_code'),
    country: known('country'),
    nationality: known('nationality'),
    nationalId: known('national_id'),
    phone: known('phone'),
    email: known('email'),
    industry: known('industry'),
    onboarded: known('onboarded'),
  };
}
