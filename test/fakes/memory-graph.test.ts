import { graphStoreSuite } from '../conformance/graph-store.ts';
import { MemoryGraphStore, openMemoryGraph } from './memory-graph.ts';

graphStoreSuite('memory', async () => {
  const store = new MemoryGraphStore();
  return { open: async () => openMemoryGraph(store), dispose: async () => undefined };
});
