import type { Customer, ListEntry } from '../../proto/domain/records.ts';
import type { ScreeningQuery } from '../screening/query.ts';

/** What of a customer's record is looked for in lists. */
export function customerQuery(customer: Customer): ScreeningQuery {
  const { name, aliases, entityType, dateOfBirth, nationality, country, nationalId } = customer;
  return {
    name,
    aliases,
    entityType,
    datesOfBirth: [dateOfBirth ?? []].flat(),
    countries: [nationality ?? country ?? []].flat(),
    identifiers: [nationalId ?? []].flat(),
  };
}

/** Ships bear names of persons, and no customer is a ship. */
export function isNoVehicle({ vehicle }: ListEntry): boolean {
  return vehicle === undefined;
}
