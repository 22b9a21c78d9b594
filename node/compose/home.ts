import { join } from 'node:path';

/** Where things lie in a node's home. */
export type Home = {
  readonly root: string;
  readonly config: string;
  readonly keys: string;
  readonly ledger: string;
  readonly graph: string;
  readonly artefacts: string;
  readonly backups: string;
  /** Files handed in and not imported yet; emptied at each start. */
  readonly uploads: string;
  /** Addresses in use, while the node runs. */
  readonly runFile: string;
  /** First administrator's API key. */
  readonly operatorKey: string;
  readonly jwtSecret: string;
  readonly encryptionKey: string;
};

/** Layout of a home. */
export function homeAt(root: string): Home {
  const keys = join(root, 'keys');
  return {
    root,
    config: join(root, 'config.yaml'),
    keys,
    ledger: join(root, 'ledger'),
    graph: join(root, 'graph'),
    artefacts: join(root, 'artefacts'),
    backups: join(root, 'backups'),
    uploads: join(root, 'uploads'),
    runFile: join(root, 'run.json'),
    operatorKey: join(keys, 'operator.key'),
    jwtSecret: join(keys, 'jwt-secret'),
    encryptionKey: join(keys, 'encryption-key'),
  };
}
