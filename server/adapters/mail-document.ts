/** A message as a document of its own: no scripts, nothing remote, embedded pictures in place. */
import { decodePart, inlineParts } from '../message/bodies.ts';
import { readMessage } from '../message/read-message.ts';
import type { Mail } from '../sink/types.ts';

const policy =
  "default-src 'none'; img-src data:; style-src 'unsafe-inline'; font-src data:; form-action 'none'";

export function mailDocument(mail: Mail): string {
  const body = mail.html === null ? plain(mail.text) : withPictures(mail.html, mail);
  return `<!doctype html><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${policy}">${body}`;
}

function plain(text: string): string {
  const safe = text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
  const linked = safe.replace(/\bhttps?:\/\/[^\s<>]{1,4000}/g, '<a href="$&">$&</a>');
  return `<pre style="white-space:pre-wrap;font:14px/1.5 system-ui">${linked}</pre>`;
}

/** `cid:` addresses as `data:` ones, for there is no server behind the document. */
function withPictures(html: string, { raw }: Mail): string {
  const pictures = new Map(
    inlineParts(readMessage(raw)).map((part) => {
      const octets = Buffer.from(decodePart(raw, part)).toString('base64');
      return [part.contentId ?? '', `data:${part.mediaType};base64,${octets}`];
    }),
  );
  return html.replace(/\bcid:([^"'\s)>]{1,500})/gi, (whole, id: string) => {
    return pictures.get(id) ?? pictures.get(`<${id}>`) ?? whole;
  });
}
