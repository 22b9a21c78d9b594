import { readFileSync } from 'node:fs';
import test from 'ava';
import { settingsPages } from '../tools/settings-pages.ts';

for (const [name, text] of Object.entries(settingsPages())) {
  test(`docs/reference/${name} is what the table of settings generates`, (t) => {
    t.is(readFileSync(`docs/reference/${name}`, 'utf8'), text, 'run `npm run docs`');
  });
}
