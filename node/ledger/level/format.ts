/** Version of the engine's layout on disk: keys.ts, record-codec.ts, head-file.ts. A change of any raises it. */
export const LEDGER_FORMAT_VERSION = 1;
