import { readFileSync } from 'node:fs';
import { findPackageJSON } from 'node:module';
import * as z from 'zod';

const MANIFEST = z.object({ version: z.string() });

/** Version of this package, from its manifest: the nearest one above the sources as above what is built of them. */
export const VERSION = MANIFEST.parse(
  JSON.parse(readFileSync(findPackageJSON('.', import.meta.url) ?? '', 'utf8')),
).version;
