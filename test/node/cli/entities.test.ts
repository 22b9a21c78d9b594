import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import type { z } from 'zod';
import type { ENTITY, LINKS, MERGE, PROPENSITY } from '../../../node/api/views/entity-view.ts';
import { initialised } from './fixture.ts';

type Shown = {
  readonly entity: z.infer<typeof ENTITY>;
  readonly links: z.infer<typeof LINKS>;
  readonly propensity: z.infer<typeof PROPENSITY>;
};

const CUSTOMERS = `customer_id,entity_type,name,date_of_birth,street,city,postal_code,country,national_id,phone,email
C-1,INDIVIDUAL,Ilse Quarzenberg,1971-03-14,Am Anger 3,Ort,12345,DE,DE918273645,+49 30 5551234,ilse@mail.example
C-2,INDIVIDUAL,"QUARZENBERG, Ilse",1971-03-14,Am Anger 3,Ort,12345,DE,,0049 30 5551234,
C-3,INDIVIDUAL,Ilse Quarzenberg,,Am Anger 3,Ort,12345,DE,,+49305551234,
`;

test('S0-01 M-12 entities are resolved, reviewed, shown, exported and taken apart from the command line', async (t) => {
  const { at, folder, json } = await initialised(t);
  const data = join(folder, 'data');
  mkdirSync(data);
  writeFileSync(join(data, 'customers.csv'), CUSTOMERS);
  t.is((await at(['import', data])).code, 0);
  t.like(await json(['entities', 'resolve']), { customers: 3, merged: 1, proposed: 2, entities: 1 });
  const review = (await json(['entities', 'review'])) as readonly z.infer<typeof MERGE>[];
  t.deepEqual(
    review.map(({ ceilings, one, other }) => `${one} ${other} ${ceilings.join()}`),
    ['C-1 C-3 neither_birth_nor_identifier', 'C-2 C-3 neither_birth_nor_identifier'],
  );
  t.is((await at(['entities', 'reject', 'C-1', 'C-3', '--reason', 'her mother'])).code, 0);
  const again = await at(['entities', 'accept', 'C-1', 'C-3']);
  t.is(again.code, 1);
  t.regex(again.err, /ENTITY_PAIR/);
  const shown = (await json(['entities', 'show', 'C-2'])) as Shown;
  t.deepEqual(
    [shown.entity.entity_id, shown.entity.members.map(({ customer_id }) => customer_id), shown.links.links.length],
    ['C-1', ['C-1', 'C-2'], 1],
  );
  t.is(shown.propensity.model, 'propensity/1');
  t.regex((await at(['entities', 'show', 'C-2'])).out, /C-3 {2}0\.\d\d {2}phone 2, address 2/);
  const ftm = await at(['graph', 'export', '--entity', 'C-1', '--format', 'ftm']);
  t.true(ftm.out.split('\n').filter(Boolean).length >= 4 && ftm.out.includes('"schema":"Person"'));
  const stix = await at(['graph', 'export', '--entity', 'C-1', '--format', 'stix']);
  t.is((JSON.parse(stix.out) as { type: string }).type, 'bundle');
  const [withdrawn] = (await json(['entities', 'unmerge', 'C-2'])) as readonly z.infer<typeof MERGE>[];
  t.like(withdrawn, { state: 'withdrawn', ordinal: 2 });
  t.is(((await json(['entities', 'show', 'C-2'])) as Shown).entity.members.length, 1);
  t.is((await at(['entities', 'show', 'nobody'])).code, 1);
});
