import { expect, test } from 'vitest';
import { confidentFrom, findCodesAndLinks } from './codes-and-links.ts';

function codes(text: string, subject = ''): readonly string[] {
  return findCodesAndLinks({ subject, text, html: null })
    .codes.filter(({ confidence }) => confidence >= confidentFrom)
    .map(({ value }) => value);
}

function urls(html: string): string[] {
  return findCodesAndLinks({ subject: '', text: null, html }).links.map(({ url }) => url);
}

test.each([
  ['Your verification code is 493021. It expires in 10 minutes. © 2026 Acme', ['493021']],
  ['Enter this code to sign in:\n\n  7391  \n\nQuestions? Call +1 555 123 4567', ['7391']],
  ['Your code is 123 456', ['123456']],
  ['Your code: 120-394', ['120394']],
  ['Use A1B2C3 as your one-time passcode', ['A1B2C3']],
  ['Your code: WXYZ-1234', ['WXYZ-1234']],
  ['G-483920 is your Google verification code.', ['G-483920']],
  ['Your PIN: 2024', ['2024']],
  ['Ihr Bestätigungscode lautet: 884422', ['884422']],
  ['Votre code de vérification : 448822', ['448822']],
  ['Tu código de verificación es 5521', ['5521']],
  ['Il tuo codice di verifica è 5521', ['5521']],
  ['Seu código de verificação é 5521', ['5521']],
  ['Uw verificatiecode is 5521', ['5521']],
  ['Twój kod weryfikacyjny to 445566', ['445566']],
  ['Váš ověřovací kód je 445566', ['445566']],
  ['Doğrulama kodunuz: 445566', ['445566']],
  ['Ваш код подтверждения: 77120', ['77120']],
  ['您的验证码是 839201,请勿泄露', ['839201']],
  ['認証コード:123456', ['123456']],
  ['인증번호는 [998877] 입니다', ['998877']],
  ['رمز التحقق هو 123456', ['123456']],
  ['קוד האימות שלך הוא 123456', ['123456']],
])('%j', (text, wanted) => {
  expect(codes(text)).toEqual(wanted);
});

test.each([
  'Your order 4839201 has shipped. Invoice number: 20261123. Total: 1234 EUR',
  'Use coupon code SAVE20 for $2000 off until 2026',
  'Our code of conduct changed in 2024',
  'verification: call 555-1234 or 800-555-1234',
  'There were 123456 visitors.',
  'Confirm at https://example.test/verify?code=123456',
  'Your code will follow on 12.05.2026 at 10:30',
  'Rechnung Nr. 889900, Ihr Code folgt',
  'Verified by 1500.50 people, code',
  'Error code 50017',
])('no code in %j', (text) => {
  expect(codes(text)).toEqual([]);
});

test('the code in the subject counts, each code is named once, the likeliest first', () => {
  expect(codes('Your code:\n\n111222\n\nNot the code 99887 of last time', 'Code 111222')).toEqual([
    '111222',
    '99887',
  ]);
});

test('a code in HTML is found, colours and styles are not codes', () => {
  const html = '<style>a{color:#123456}</style><p>Your code</p><h1 style="x:654321">884422</h1>';
  expect(findCodesAndLinks({ subject: '', text: null, html }).codes).toMatchObject([
    { value: '884422' },
  ]);
});

test('links of HTML: what confirms first, then the others in order, unsubscribing and tracking last', () => {
  expect(
    urls(`<a href="https://x.test/open.gif?id=1">.</a>
      <a href="https://x.test/u">Abmelden</a>
      <a href="https://x.test/home">Home</a>
      <a href="https://twitter.com/x">Twitter</a>
      <a href="https://x.test/shop">Shop</a>
      <a class=x href='https://x.test/v?a=1&amp;b=2'>Verify <b>now</b></a>`),
  ).toEqual([
    'https://x.test/v?a=1&b=2',
    'https://x.test/home',
    'https://x.test/shop',
    'https://twitter.com/x',
    'https://x.test/u',
    'https://x.test/open.gif?id=1',
  ]);
});

test('links carry what is clicked on; one link by picture and text is one', () => {
  const html = `<a href="https://x.test/a"><img src="https://x.test/i.png"></a>
    <a href="https://x.test/a">Read&nbsp;<i>more</i></a><a href=https://x.test/b>B`;
  const text = 'https://x.test/a https://x.test/only-here';
  expect(findCodesAndLinks({ subject: '', text, html }).links).toMatchObject([
    { url: 'https://x.test/a', text: 'Read more' },
    { url: 'https://x.test/b', text: 'B', part: 'html' },
    { url: 'https://x.test/only-here', text: 'https://x.test/only-here', part: 'text' },
  ]);
});

test.each([
  'javascript:alert(1)',
  'data:text/html,x',
  'mailto:a@b.test',
  'file:///etc/passwd',
  '//x.test',
  '#top',
  'https://',
  `https://x.test/${'a'.repeat(5000)}`,
])('%s is not offered', (href) => {
  expect(urls(`<a href="${href}">x</a>`)).toEqual([]);
});

test('links in text end before the punctuation of the sentence', () => {
  const text =
    'See https://x.test/a. Or (https://x.test/b), <https://x.test/c> "https://x.test/d_(e)"!';
  expect(findCodesAndLinks({ subject: '', text, html: null }).links.map(({ url }) => url)).toEqual([
    'https://x.test/a',
    'https://x.test/b',
    'https://x.test/c',
    'https://x.test/d_(e)',
  ]);
});

test('a list of links has an end', () => {
  const text = Array.from({ length: 5000 }, (_, i) => `https://x.test/${i}`).join(' ');
  expect(findCodesAndLinks({ subject: '', text, html: null }).links.length).toBe(100);
});

test('a code comes as it is typed, as it is written, and with the words round it', () => {
  const [code] = findCodesAndLinks({
    subject: 'Hello',
    text: 'Your sign-in code\n is **123 456**, friend.',
    html: null,
  }).codes;
  expect(code).toMatchObject({
    value: '123456',
    written: '123 456',
    around: 'Hello Your sign-in code is **123 456**, friend.',
  });
  expect(code?.confidence).toBeGreaterThan(0.9);
});

test.each([
  ['your code is A7F-92K', 'A7F-92K'],
  ['your code is G-483920', 'G-483920'],
  ['your code is 12-34-56', '123456'],
  ['your code is 4 8 1 5 1 6', '481516'],
  ['your code is \uff14\uff18\uff11\uff15', '4815'],
])('%s: groups of digits are joined, others stay', (text, value) => {
  expect(codes(text)).toEqual([value]);
});

test('two codes are both offered; a number beside one is not', () => {
  expect(codes('E-mail code: 331907\nPhone code: 118264')).toEqual(['331907', '118264']);
  expect(codes('Recovery codes:\n8F3K2-QPL7M\n2WX9D-7RT4B')).toHaveLength(2);
  expect(codes('Your code is 331907.\n\nBox 4100, Springfield')).toEqual(['331907']);
});

function rels(html: string, subject = ''): Record<string, string> {
  const { links } = findCodesAndLinks({ subject, text: null, html });
  return Object.fromEntries(links.map(({ url, rel }) => [url.replace(/^.*\.test/, ''), rel]));
}

test('a link is judged by its own words, then those before it, its path, its looks', () => {
  expect(
    rels(`<a href="https://a.test/1">Confirm</a>
      <p>To choose a new password click <a href="https://a.test/2">here</a>.</p>
      <a href="https://a.test/reset?x=1">Go</a>
      <a href="https://a.test/3" class="btn">Onwards</a>
      <p>Reset my password? No. <a href="https://a.test/4">Read the story</a></p>
      <p>Do not want these? <a href="https://a.test/5">Unsubscribe</a></p>
      <a href="https://click.a.test/ls/click?upn=6">Blog</a>
      <a href="https://click.a.test/ls/click?upn=7">Verify</a>
      <a href="https://www.instagram.com/a"><img alt="Instagram" src="x.png"></a>`),
  ).toEqual({
    '/1': 'action',
    '/2': 'action',
    '/reset?x=1': 'action',
    '/3': 'action',
    '/4': 'other',
    '/5': 'unsubscribe',
    '/ls/click?upn=6': 'tracking',
    '/ls/click?upn=7': 'action',
    'https://www.instagram.com/a': 'other',
  });
});

test('the subject decides where there is but one link it could mean', () => {
  const one = '<a href="https://a.test/x/1">Go on</a>';
  expect(rels(one, 'Confirm your address')).toEqual({ '/x/1': 'action' });
  expect(rels(one, 'News of the week')).toEqual({ '/x/1': 'other' });
  expect(rels(`${one}<a href="https://a.test/x/2">Go back</a>`, 'Confirm')).toEqual({
    '/x/1': 'other',
    '/x/2': 'other',
  });
});

const endless: readonly string[] = [
  '123456 ',
  'code 123456 ',
  'A1',
  'ABC-',
  '1-',
  '1\n',
  ' ',
  'kodkod',
  'код ',
  '验证码',
  '<https://x.test/a\n',
  'https://x.test/((',
  '<a href="https://x.test/1">here</a>',
  '<td bgcolor=x>',
  '<a class="',
  '<p>1</p>',
];
test.each(endless)('%j without end is answered', (piece) => {
  const endlessly = piece.repeat(400_000 / piece.length);
  const subject = `Your code ${endlessly}`;
  for (const message of [
    { subject, text: endlessly, html: null },
    { subject, text: null, html: endlessly },
    { subject, text: `code:${' '.repeat(200_000)}`, html: `<a ${endlessly}` },
  ]) {
    const { codes: found, links } = findCodesAndLinks(message);
    expect(found.length).toBeLessThanOrEqual(10);
    expect(links.length).toBeLessThanOrEqual(100);
  }
});
