/** Refusals of the settings and of the runtime, by code. */
export const CONFIG_ERRORS = {
  CONFIG_UNKNOWN: 'A settings file or flag names a setting that does not exist.',
  CONFIG_VALUE: 'A setting has a value outside its type.',
  CONFIG_MISSING: 'A setting that has no default was not given.',
  CONFIG_CONFLICT: 'A setting was given twice in one source, as a value and as a file.',
  CONFIG_FILE: 'The settings file, or a file that a setting names, cannot be read or is not of the expected form.',
  CONFIG_SECRET_INLINE:
    'A secret was written into the settings file or a flag; it belongs in a file or the environment.',
  CONFIG_SECRET_WEAK: 'A secret is too short, too uniform or a published example.',
  CONFIG_SECRET_DEFAULT: 'A password is a published default.',
  CONFIG_SECRET_EXPOSED: 'A file that holds a secret can be read by every user of the machine.',
  CONFIG_PROFILE: 'A setting is allowed in the development profile only.',
  KEYS_MISSING: 'The key folder holds no key of that name.',
  KEYS_EXISTS: 'The key folder already holds a key of that name.',
  KEYS_EXPOSED: 'A key file can be read by other users of the machine.',
  KEYS_LOCKED: 'A key file does not open with the encryption key of this home.',
  SYSTEM_ADDRESS: 'An address cannot be listened on: another program has it, or it is not of this machine.',
  SYSTEM_FILE: 'The operating system does not let a file or folder be read or written.',
  METRICS_NAME: 'A metric has a name or help text that the naming rules refuse.',
} as const;
