import { join } from 'node:path';

/** Where things lie in a coordinator's home. */
export type Home = {
  readonly root: string;
  readonly config: string;
  readonly keys: string;
  readonly encryptionKey: string;
  /** The founding document, its exact bytes. */
  readonly genesis: string;
  readonly store: string;
  /** Addresses in use, while the coordinator runs. */
  readonly runFile: string;
};

/** Layout of a home. */
export function homeAt(root: string): Home {
  const keys = join(root, 'keys');
  return {
    root,
    config: join(root, 'config.yaml'),
    keys,
    encryptionKey: join(keys, 'encryption-key'),
    genesis: join(root, 'genesis.bin'),
    store: join(root, 'store'),
    runFile: join(root, 'run.json'),
  };
}
