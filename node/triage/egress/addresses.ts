import { BlockList, isIPv4 } from 'node:net';

/** Ranges that are not the public internet. Source: IANA special-purpose address registries (RFC 6890 and updates). */
const SPECIAL_V4 = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
] as const;
/** Translated and tunnelled addresses (64:ff9b::/96, 2002::/16, 2001::/32) can carry a private one, so they count as such. */
const SPECIAL_V6 = [
  ['::', 96],
  ['64:ff9b::', 96],
  ['64:ff9b:1::', 48],
  ['100::', 64],
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
] as const;

const SPECIAL = new BlockList();
for (const [network, prefix] of SPECIAL_V4) SPECIAL.addSubnet(network, prefix, 'ipv4');
for (const [network, prefix] of SPECIAL_V6) SPECIAL.addSubnet(network, prefix, 'ipv6');

/** Whether an IP address, v4 or v6, lies outside the public internet; v4 addresses within v6 ones are judged as v4. */
export function isPrivateAddress(address: string): boolean {
  return SPECIAL.check(address, isIPv4(address) ? 'ipv4' : 'ipv6');
}
