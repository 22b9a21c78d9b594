import type { LookupAddress, LookupOptions } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { callbackify } from 'node:util';
import { isPrivateAddress } from './addresses.ts';
import { egressRefusal } from './errors.ts';

/** Where calls may go. */
export type EgressRules = {
  /** `host:port`, lower case; nothing else is called. */
  readonly allow: ReadonlySet<string>;
  /** Whether allowed names may lead to private addresses that are not listed themselves. */
  readonly privateToo: boolean;
};

/** Resolves a name to all of its addresses. */
export type Resolve = (host: string, options: LookupOptions) => Promise<readonly LookupAddress[]>;

/** `host:port` of an address, with the port that its scheme implies. */
export function hostAndPort({ hostname, port, protocol }: URL): string {
  return `${hostname}:${port === '' ? (protocol === 'https:' ? 443 : 80) : port}`;
}

/**
 * Judges where a call would go, as far as the address itself tells.
 * @throws EGRESS_HOST, EGRESS_PRIVATE, EGRESS_PLAIN
 */
export function checkTarget(rules: EgressRules, target: URL): void {
  if (!/^https?:$/.test(target.protocol) || target.username !== '' || target.password !== '')
    throw egressRefusal('EGRESS_HOST');
  if (!rules.allow.has(hostAndPort(target))) throw egressRefusal('EGRESS_HOST');
  const address = target.hostname.replace(/^\[|\]$/g, '');
  if (isIP(address) !== 0) checkAddress(rules, target, address);
}

/**
 * A name lookup for the very connection that is being opened, so that a name cannot mean one address when it is judged
 * and another when it is called. A name with one forbidden address is refused whole.
 */
export function guardedLookup(rules: EgressRules, target: URL, resolve: Resolve): LookupFunction {
  const judged = callbackify(async (host: string, options: LookupOptions) => {
    const addresses = await resolve(host, { ...options, all: true });
    for (const { address } of addresses) checkAddress(rules, target, address);
    return addresses;
  });
  return (host, options, callback) => {
    judged(host, options, (error, addresses) => {
      const [first] = error === null ? addresses : [];
      // The connection passes on whatever it is told as its own failure.
      if (first === undefined) callback(error ?? egressRefusal('EGRESS_UNREACHABLE'), '', 0);
      else if (options.all === true) callback(null, [...addresses]);
      else callback(null, first.address, first.family);
    });
  };
}

function checkAddress({ allow, privateToo }: EgressRules, target: URL, address: string): void {
  const isPrivate = isPrivateAddress(address);
  const listed = allow.has(hostAndPort(withHost(target, address)));
  if (isPrivate && !privateToo && !listed) throw egressRefusal('EGRESS_PRIVATE');
  if (!isPrivate && target.protocol === 'http:') throw egressRefusal('EGRESS_PLAIN');
}

function withHost(target: URL, address: string): URL {
  const host = isIP(address) === 6 ? `[${address}]` : address;
  return new URL(`${target.protocol}//${host}${target.port === '' ? '' : `:${target.port}`}`);
}
