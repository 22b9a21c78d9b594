import { ledgerSuite } from '../conformance/ledger.ts';
import { MemoryLedgerStore, openMemoryLedger } from './memory-ledger.ts';

ledgerSuite('memory', async () => {
  const store = new MemoryLedgerStore();
  return { open: async () => openMemoryLedger({ store }), dispose: async () => undefined };
});
