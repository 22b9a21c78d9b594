import { graphStoreSuite } from '../../../conformance/graph-store.ts';
import { GraphFolder } from './graph-folder.ts';

graphStoreSuite('level', async () => {
  const folder = await GraphFolder.make();
  return { open: () => folder.open(), dispose: () => folder.dispose() };
});
