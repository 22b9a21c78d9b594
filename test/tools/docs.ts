// `npm run docs`: writes the reference pages that are generated from the code's own tables.
import { mkdirSync, writeFileSync } from 'node:fs';
import { errorReference, errorRows } from './error-tables.ts';
import { settingsPages } from './settings-pages.ts';

mkdirSync('docs/reference', { recursive: true });
writeFileSync('docs/reference/errors.md', errorReference(await errorRows()));
for (const [name, text] of Object.entries(settingsPages())) writeFileSync(`docs/reference/${name}`, text);
