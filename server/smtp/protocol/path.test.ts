import { describe, expect, it } from 'vitest';
import { forwardPath, reversePath } from './path.ts';

function reverse(text: string): string {
  const result = reversePath(text, 0);
  if (result.kind === 'refused') return `refused: ${result.fault}`;
  return result.end === text.length
    ? result.address
    : `${result.address} + ${text.slice(result.end)}`;
}

describe('refused paths (RFC 5321 §4.1.2)', () => {
  it.each([
    ['', 'noBrackets'],
    ['a@b.test', 'noBrackets'],
    ['<', 'notFinished'],
    ['<a', 'notFinished'],
    ['<a@', 'badDomain'],
    ['<a@b', 'notClosed'],
    ['<@b.test>', 'badSourceRoute'],
    ['<@b.test:>', 'noLocalPart'],
    ['<@:a@b.test>', 'badSourceRoute'],
    ['<@a.test,b.test:a@b.test>', 'badSourceRoute'],
    ['<@a.test,:a@b.test>', 'badSourceRoute'],
    ['<a>', 'noDomain'],
    ['<a.@b.test>', 'badLocalPart'],
    ['<a..b@b.test>', 'badLocalPart'],
    ['<a b@b.test>', 'badLocalPart'],
    ['<a,b@b.test>', 'badLocalPart'],
    ['<a"b"@b.test>', 'badLocalPart'],
    ['<"a@b.test>', 'badLocalPart'],
    ['<"a\\', 'badLocalPart'],
    ['<"a\u0001"@b.test>', 'badLocalPart'],
    ['<"a\\\r"@b.test>', 'badLocalPart'],
    ['<a\u0085b@b.test>', 'badLocalPart'],
    ['<a@b_>x>', null],
    ['<a@.b.test>', 'badDomain'],
    ['<a@b.test.>', 'badDomain'],
    ['<a@b..test>', 'badDomain'],
    ['<a@-b.test>', 'badDomain'],
    ['<a@b-.test>', 'badDomain'],
    ['<a@b!.test>', 'badDomain'],
    ['<a@b.test c>', 'badDomain'],
    [`<a@${'x'.repeat(64)}.test>`, 'badDomain'],
    [`<a@${'x.'.repeat(128)}test>`, 'badDomain'],
    [`<${'x'.repeat(1100)}@b.test>`, 'tooLong'],
    [`<${'ö'.repeat(600)}@b.test>`, 'tooLong'],
    ['<a@[]>', 'badDomain'],
    ['<a@[1.2.3]>', 'badDomain'],
    ['<a@[1.2.3.256]>', 'badDomain'],
    ['<a@[1.2.3.4>', 'badDomain'],
    ['<a@[01.2.3.4444]>', 'badDomain'],
    ['<a@[IPv6:]>', 'badDomain'],
    ['<a@[IPv6:1:2:3:4:5:6:7]>', 'badDomain'],
    ['<a@[IPv6:1:2:3:4:5:6:7:8:9]>', 'badDomain'],
    ['<a@[IPv6:1::2::3]>', 'badDomain'],
    ['<a@[IPv6:1:2:3:4:5:6:7::]>', 'badDomain'],
    ['<a@[IPv6:12345::]>', 'badDomain'],
    ['<a@[IPv6:1.2.3.4::]>', 'badDomain'],
    ['<a@[IPv6:::1.2.3.400]>', 'badDomain'],
    ['<a@[:x]>', 'badDomain'],
    ['<a@[-:x]>', 'badDomain'],
    ['<a@[tag:]>', 'badDomain'],
    ['<a@[tag:a b]>', 'badDomain'],
    ['<a@[tag:a\\b]>', 'badDomain'],
  ] as const)('%s', (text, why) => {
    if (why === null) expect(reverse(text)).toBe('a@b_ + x>');
    else expect(reverse(text)).toBe(`refused: ${why}`);
  });
});

describe('accepted paths', () => {
  it.each([
    ['<>', ''],
    ['<a@b.test>', 'a@b.test'],
    ['<a@b>', 'a@b'],
    ['<a@0.1b-c.test>', 'a@0.1b-c.test'],
    ["<!#$%&'*+-/=?^_`{|}~@b.test>", "!#$%&'*+-/=?^_`{|}~@b.test"],
    ['<a.b.c@b.test>', 'a.b.c@b.test'],
    ['<""@b.test>', '""@b.test'],
    ['<"a b>c@d"@b.test>', '"a b>c@d"@b.test'],
    ['<"a\\"\\\\b"@b.test>', '"a\\"\\\\b"@b.test'],
    ['<@r.test:a@b.test>', 'a@b.test'],
    ['<@r.test,@s.test:"x y"@b.test>', '"x y"@b.test'],
    ['<a@[192.0.2.1]>', 'a@[192.0.2.1]'],
    ['<a@[IPv6:2001:db8:0:0:0:0:0:1]>', 'a@[IPv6:2001:db8:0:0:0:0:0:1]'],
    ['<a@[ipv6:::]>', 'a@[ipv6:::]'],
    ['<a@[IPv6:1:2:3:4:5:6::]>', 'a@[IPv6:1:2:3:4:5:6::]'],
    ['<a@[IPv6:1:2:3:4:5:6:192.0.2.1]>', 'a@[IPv6:1:2:3:4:5:6:192.0.2.1]'],
    ['<a@[IPv6:::ffff:192.0.2.1]>', 'a@[IPv6:::ffff:192.0.2.1]'],
    ['<a@[x400:anything]>', 'a@[x400:anything]'],
    // Wider than the grammar: names of containers, and local parts beyond 64 octets (VERP).
    ['<a@my_host>', 'a@my_host'],
    [`<${'v'.repeat(200)}@b.test>`, `${'v'.repeat(200)}@b.test`],
    ['<a@b.test> SIZE=1', 'a@b.test +  SIZE=1'],
  ])('%s', (text, address) => {
    expect(reverse(text)).toBe(address);
  });

  it('takes the sizes that RFC 5321 §4.5.3.1 requires', () => {
    const label = 'd'.repeat(63);
    const domain = `${label}.${label}.${label}.${'d'.repeat(63)}`;
    expect(domain).toHaveLength(255);
    expect(reverse(`<a@${domain}>`)).toBe(`a@${domain}`);
    expect(reverse(`<${'l'.repeat(64)}@b.test>`)).toBe(`${'l'.repeat(64)}@b.test`);
  });

  it('says whether an address is ASCII (RFC 6531 §3.3)', () => {
    expect(reversePath('<jörg@bücher.test>', 0)).toMatchObject({ ascii: false });
    expect(reversePath('<jorg@bucher.test>', 0)).toMatchObject({ ascii: true });
  });
});

describe('forward-path (RFC 5321 §4.1.1.3)', () => {
  it.each(['<Postmaster>', '<postmaster>', '<POSTMASTER>'])('%s needs no domain', (text) => {
    expect(forwardPath(text, 0)).toMatchObject({ address: text.slice(1, -1), end: text.length });
  });

  it.each(['<>', '<postmasters>', '<root>'])('%s is refused', (text) => {
    expect(forwardPath(text, 0)).toMatchObject({ kind: 'refused' });
  });
});
