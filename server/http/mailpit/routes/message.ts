/** One message: as a whole, its header, its octets, its parts. */
import type { MessageDetail } from '../../../storage/types.ts';
import { thumbnailOf } from '../../thumbnail-of.ts';
import { badRequest, jsonAnswer, notFound } from '../answers.ts';
import { partPath } from '../attachments.ts';
import { findId, type MailpitContext, markRead } from '../context.ts';
import { headerRecord, type NamedValue, readFields } from '../header-record.ts';
import { presentMessage } from '../present-message.ts';
import { pathEscaped, presentPart } from '../present-part.ts';
import type { MailpitRequest, MailpitRoute } from '../router.ts';

export function messageRoutes(context: MailpitContext): readonly MailpitRoute[] {
  const { storage, tasks } = context;
  const find = async (request: MailpitRequest): Promise<MessageDetail> => {
    const message = await storage.detail(await findId(context, request));
    if (message === null) throw notFound();
    return message;
  };
  return [
    {
      method: 'GET',
      path: '/api/v1/message/{id}',
      summary: 'A message with everything known about it; marks it read',
      async answer(request) {
        const message = await find(request);
        const shape = await presentMessage(storage, message);
        await markRead(context, message.id);
        return jsonAnswer(shape);
      },
    },
    {
      method: 'GET',
      path: '/api/v1/message/{id}/headers',
      summary: 'The header of a message',
      async answer(request) {
        const message = await find(request);
        const raw = await storage.raw(message.id);
        if (raw === null) throw notFound();
        return jsonAnswer(headerRecord(withReturnPath(readFields(raw), message)));
      },
    },
    {
      method: 'GET',
      path: '/api/v1/message/{id}/raw',
      summary: 'A message as it was sent',
      async answer(request) {
        const id = await findId(context, request);
        const octets = await storage.raw(id);
        if (octets === null) throw notFound();
        const headers = new Headers({ 'Content-Type': 'text/plain; charset=utf-8' });
        if (request.query.get('dl') === '1') {
          headers.set('Content-Disposition', `attachment; filename="${id}.eml"`);
        }
        return new Response(octets, { headers });
      },
    },
    {
      method: 'GET',
      path: '/api/v1/message/{id}/part/{part}',
      summary: 'A part of a message, decoded',
      async answer(request) {
        const id = await findId(context, request);
        const path = partPath(request.param('part'));
        const part = path === null ? null : await storage.part(id, path);
        if (part === null) throw badRequest('attachment not found');
        return presentPart(part);
      },
    },
    {
      method: 'GET',
      path: '/api/v1/message/{id}/part/{part}/thumb',
      summary: 'A picture made small: JPEG, 180×120',
      async answer(request) {
        const id = await findId(context, request).catch(() => null);
        const path = partPath(request.param('part'));
        const part = id === null || path === null ? null : await storage.part(id, path);
        if (part === null) throw badRequest('attachment not found');
        const name = pathEscaped(part.fileName ?? '');
        return new Response(await thumbnailOf(part, tasks), {
          headers: {
            'Content-Type': 'image/jpeg',
            'Content-Disposition': `inline; filename="${name}"`,
          },
        });
      },
    },
  ];
}

/** The final server adds it (RFC 5321 §4.4). The octets stay as they were sent, so it is added here. */
function withReturnPath(fields: readonly NamedValue[], { reversePath }: MessageDetail) {
  const hasOne = fields.some(({ name }) => name.toLowerCase() === 'return-path');
  if (hasOne || reversePath === '') return fields;
  return [...fields, { name: 'Return-Path', value: `<${reversePath}>` }];
}
