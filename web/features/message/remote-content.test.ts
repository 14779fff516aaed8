import { describe, expect, it } from 'vitest';
import { remoteHosts } from './remote-content.ts';

describe('remoteHosts', () => {
  it.each([
    ['<a href="https://shop.test/">buy</a>', []],
    ['<img src="cid:logo"><img src="data:image/png;base64,AA//BB">', []],
    ['<p>src is at https://x.test</p>', []],
    ['<img src="https://cdn.test/a.png"><img src=\'http://CDN.test/b.png\'>', ['cdn.test']],
    ['<img src = //track.test/p?id=1>', ['track.test']],
    ['<img srcset="https://cdn.test/2x.png 2x">', ['cdn.test']],
    ['<td background="https://bg.test/x.png">', ['bg.test']],
    ['<div style="background: url( https://css.test/i.png )">', ['css.test']],
    ['<style>@import "https://imp.test/x.css";</style>', ['imp.test']],
    ['<link rel="stylesheet" href="https://fonts.test:8443/css">', ['fonts.test:8443']],
  ])('%s', (html, hosts) => {
    expect(remoteHosts(html)).toEqual(hosts);
  });

  it('stops at fifty hosts', () => {
    const html = Array.from({ length: 80 }, (_, n) => `<img src="https://h${n}.test/">`).join('');
    expect(remoteHosts(html)).toHaveLength(50);
  });
});
