/** Refusals of the federation's tools and of joining. */
export const FEDERATION_ERRORS = {
  FEDERATION_TOKEN: 'the text is not a join token, or its genesis does not have the hash that it names',
  FEDERATION_FILE: 'a file is not of the form that this command reads or writes',
  FEDERATION_AGENCY: 'an agency is described in a way that no federation would accept; `field` names what is wrong',
  FEDERATION_PASSPHRASE: 'the passphrase of an officer key is missing or does not open it',
  FEDERATION_NOT_ENROLLED: 'the node belongs to no federation yet',
  FEDERATION_ENROLLED: 'the node belongs to a federation already',
  FEDERATION_PEER: "a peer's record, certificate or checkpoint does not stand up to the control log",
} as const;
