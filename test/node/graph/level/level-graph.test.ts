import { graphStoreSuite } from '../../../conformance/graph-store.ts';
import { GraphFolder } from './graph-folder.ts';

graphStoreSuite('S0-04 (embedded half) level', async () => {
  const folder = await GraphFolder.make();
  return { open: () => folder.open(), dispose: () => folder.dispose() };
});
