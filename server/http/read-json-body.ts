/** A JSON request body, counted while it arrives: Content-Length is only a claim. */
import { HttpProblem } from './errors.ts';

export async function readJsonBody(request: Request, bytesMax: number): Promise<unknown> {
  // A page of a foreign site can send a form or text/plain without asking, but never this type.
  const mediaType = request.headers.get('content-type')?.split(';', 1)[0]?.trim().toLowerCase();
  if (mediaType !== 'application/json') {
    throw new HttpProblem(
      'unsupported_media_type',
      `The request body has to be JSON, but its Content-Type is ${mediaType === undefined || mediaType === '' ? 'missing' : 'another one'}. Send "Content-Type: application/json".`,
      { headers: { Accept: 'application/json' } },
    );
  }
  if (Number(request.headers.get('content-length') ?? 0) > bytesMax) throw tooLarge(bytesMax);
  const octets = await readAtMost(request.body, bytesMax);
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(octets));
  } catch (cause) {
    throw new HttpProblem(
      'invalid_json',
      octets.length === 0
        ? 'The request has no body, but this call needs a JSON object.'
        : 'The request body is not valid JSON in UTF-8. Check its quoting.',
      { cause },
    );
  }
}

async function readAtMost(body: Request['body'], bytesMax: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  if (body !== null) {
    const reader = body.getReader();
    for (;;) {
      const { done, value } = await reader.read().catch(neverArrived);
      if (done) break;
      size += value.byteLength;
      if (size > bytesMax) {
        await reader.cancel();
        throw tooLarge(bytesMax);
      }
      chunks.push(value);
    }
  }
  return Buffer.concat(chunks, size);
}

/** The peer's doing, and nobody is left to read this. */
function neverArrived(cause: unknown): never {
  throw new HttpProblem('invalid_json', 'The connection ended before the request body did.', {
    cause,
  });
}

function tooLarge(bytesMax: number): HttpProblem {
  return new HttpProblem(
    'body_too_large',
    `The request body is larger than ${bytesMax} octets. Name fewer messages in one call, or select them by a query.`,
    { headers: { Connection: 'close' } },
  );
}
