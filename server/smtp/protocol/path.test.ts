import { describe, expect, it } from 'vitest';
import { forwardPath, reversePath } from './path.ts';

function reverse(text: string): string {
  const result = reversePath(text, 0);
  if (result.kind === 'refused') return `refused: ${result.why}`;
  return result.end === text.length
    ? result.address
    : `${result.address} + ${text.slice(result.end)}`;
}

describe('refused paths (RFC 5321 §4.1.2)', () => {
  it.each([
    ['', 'angle brackets'],
    ['a@b.test', 'angle brackets'],
    ['<', 'not finished'],
    ['<a', 'not finished'],
    ['<a@', 'domain'],
    ['<a@b', 'closing bracket'],
    ['<@b.test>', 'source route'],
    ['<@b.test:>', 'no name before @'],
    ['<@:a@b.test>', 'source route'],
    ['<@a.test,b.test:a@b.test>', 'source route'],
    ['<@a.test,:a@b.test>', 'source route'],
    ['<a>', 'no domain'],
    ['<a.@b.test>', 'quoted'],
    ['<a..b@b.test>', 'quoted'],
    ['<a b@b.test>', 'quoted'],
    ['<a,b@b.test>', 'quoted'],
    ['<a"b"@b.test>', 'quoted'],
    ['<"a@b.test>', 'quoted'],
    ['<"a\\', 'quoted'],
    ['<"a\u0001"@b.test>', 'quoted'],
    ['<"a\\\r"@b.test>', 'quoted'],
    ['<a\u0085b@b.test>', 'quoted'],
    ['<a@b_>x>', null],
    ['<a@.b.test>', 'domain'],
    ['<a@b.test.>', 'domain'],
    ['<a@b..test>', 'domain'],
    ['<a@-b.test>', 'domain'],
    ['<a@b-.test>', 'domain'],
    ['<a@b!.test>', 'domain'],
    ['<a@b.test c>', 'domain'],
    [`<a@${'x'.repeat(64)}.test>`, 'domain'],
    [`<a@${'x.'.repeat(128)}test>`, 'domain'],
    [`<${'x'.repeat(1100)}@b.test>`, 'longer than 1024 octets'],
    [`<${'ö'.repeat(600)}@b.test>`, 'longer than 1024 octets'],
    ['<a@[]>', 'domain'],
    ['<a@[1.2.3]>', 'domain'],
    ['<a@[1.2.3.256]>', 'domain'],
    ['<a@[1.2.3.4>', 'domain'],
    ['<a@[01.2.3.4444]>', 'domain'],
    ['<a@[IPv6:]>', 'domain'],
    ['<a@[IPv6:1:2:3:4:5:6:7]>', 'domain'],
    ['<a@[IPv6:1:2:3:4:5:6:7:8:9]>', 'domain'],
    ['<a@[IPv6:1::2::3]>', 'domain'],
    ['<a@[IPv6:1:2:3:4:5:6:7::]>', 'domain'],
    ['<a@[IPv6:12345::]>', 'domain'],
    ['<a@[IPv6:1.2.3.4::]>', 'domain'],
    ['<a@[IPv6:::1.2.3.400]>', 'domain'],
    ['<a@[:x]>', 'domain'],
    ['<a@[-:x]>', 'domain'],
    ['<a@[tag:]>', 'domain'],
    ['<a@[tag:a b]>', 'domain'],
    ['<a@[tag:a\\b]>', 'domain'],
  ] as const)('%s', (text, why) => {
    if (why === null) expect(reverse(text)).toBe('a@b_ + x>');
    else expect(reverse(text)).toContain(why);
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
