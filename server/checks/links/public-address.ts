/**
 * Which addresses the world may be reached at. Everything that could be this machine, its network
 * or a way round to them is not among them: the special-purpose registries of IANA (RFC 6890), and
 * of IPv6 only global unicast, without the prefixes that carry an IPv4 address or a test in them.
 */
import { BlockList, isIP, isIPv4 } from 'node:net';
import { networkInterfaces } from 'node:os';

const specialIPv4 = [
  '0.0.0.0/8', // this network (RFC 791 §3.2)
  '10.0.0.0/8', // private (RFC 1918)
  '100.64.0.0/10', // carrier-grade NAT (RFC 6598)
  '127.0.0.0/8', // loopback (RFC 1122 §3.2.1.3)
  '169.254.0.0/16', // link-local (RFC 3927), where clouds keep their secrets
  '172.16.0.0/12', // private (RFC 1918)
  '192.0.0.0/24', // protocol assignments (RFC 6890)
  '192.0.2.0/24', // documentation (RFC 5737)
  '192.88.99.0/24', // 6to4 relays (RFC 7526)
  '192.168.0.0/16', // private (RFC 1918)
  '198.18.0.0/15', // benchmarks (RFC 2544)
  '198.51.100.0/24', // documentation (RFC 5737)
  '203.0.113.0/24', // documentation (RFC 5737)
  '224.0.0.0/4', // multicast (RFC 5771)
  '240.0.0.0/4', // reserved, and broadcast (RFC 1112 §4)
];

const globalIPv6 = '2000::/3'; // RFC 4291 §2.4; so ::1, ::ffff:…, 64:ff9b::, fc00::, fe80:: and ff00:: are not
const specialIPv6 = [
  '2001::/23', // protocol assignments, Teredo (RFC 4380) and ORCHID among them
  '2001:db8::/32', // documentation (RFC 3849)
  '2002::/16', // 6to4 (RFC 3056): an IPv4 address in disguise
  '3fff::/20', // documentation (RFC 9637)
];

const special = blockList(specialIPv4, 'ipv4');
const global = blockList([globalIPv6], 'ipv6');
const specialGlobal = blockList(specialIPv6, 'ipv6');

/** `address` in the forms of RFC 4291 §2.2 and dotted decimal; anything else is not public. */
export function isPublicAddress(address: string): boolean {
  if (isIPv4(address)) return !special.check(address, 'ipv4') && !isOwn(address);
  // `fe80::1%eth0` names an interface, so it is of this link.
  if (isIP(address) !== 6 || address.includes('%')) return false;
  if (!global.check(address, 'ipv6') || specialGlobal.check(address, 'ipv6')) return false;
  return !isIsatap(address) && !isOwn(address);
}

/** ISATAP (RFC 5214 §6.1) has an IPv4 address behind `0:5efe` or `200:5efe`. */
function isIsatap(address: string): boolean {
  const [, , , , fifth, sixth] = groupsOf(address);
  return (fifth === 0 || fifth === 0x200) && sixth === 0x5efe;
}

function groupsOf(address: string): readonly number[] {
  // The URL parser knows every way to write one, and answers with the shortest.
  const shortest = new URL(`http://[${address}]/`).hostname.slice(1, -1);
  const [before = '', after] = shortest.split('::');
  const read = (part: string) =>
    part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16));
  if (after === undefined) return read(before);
  const [head, tail] = [read(before), read(after)];
  return [...head, ...Array<number>(8 - head.length - tail.length).fill(0), ...tail];
}

/** A public address of this very machine leads to what listens on it. */
function isOwn(address: string): boolean {
  return Object.values(networkInterfaces()).some((addresses) =>
    addresses?.some((own) => own.address === address),
  );
}

function blockList(ranges: readonly string[], family: 'ipv4' | 'ipv6'): BlockList {
  const list = new BlockList();
  for (const range of ranges) {
    const [network = '', prefix = ''] = range.split('/');
    list.addSubnet(network, Number(prefix), family);
  }
  return list;
}
