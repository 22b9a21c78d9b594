import { ledgerSuite } from '../../../conformance/ledger.ts';
import { LedgerFolder } from './ledger-folder.ts';

ledgerSuite('level', async () => {
  const folder = await LedgerFolder.make();
  return { open: () => folder.open(), dispose: () => folder.dispose() };
});
