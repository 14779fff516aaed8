/** Tags: which there are, which a message has, their names. */
import { badRequest, jsonAnswer, okAnswer } from '../answers.ts';
import type { MailpitContext } from '../context.ts';
import { sortedTags } from '../present-summary.ts';
import type { MailpitRoute } from '../router.ts';

export function tagsRoutes({ storage }: MailpitContext): readonly MailpitRoute[] {
  return [
    {
      method: 'GET',
      path: '/api/v1/tags',
      summary: 'The tags in use',
      async answer() {
        const { tags } = await storage.overview();
        return jsonAnswer(sortedTags(tags.map(({ name }) => name)));
      },
    },
    {
      method: 'PUT',
      path: '/api/v1/tags',
      summary: 'Give messages these tags and no others',
      async answer({ json }) {
        const body = await json();
        const tags = body.texts('Tags').map(cleanTag);
        for (const id of new Set(body.texts('IDs'))) await storage.setTags(id, tags);
        return okAnswer();
      },
    },
    {
      method: 'PUT',
      path: '/api/v1/tags/{tag}',
      summary: 'Rename a tag',
      async answer({ json, param }) {
        const given = (await json()).text('Name') ?? '';
        const name = cleanTag(given);
        if (name === '') throw badRequest(`invalid tag name: ${given.slice(0, 200)}`);
        const tag = param('tag');
        const outcome = await storage.renameTag(tag, name);
        if (outcome === 'unknown') throw badRequest(`tag not found: ${tag.slice(0, 200)}`);
        if (outcome === 'taken') throw badRequest(`tag already exists: ${name}`);
        return okAnswer();
      },
    },
    {
      method: 'DELETE',
      path: '/api/v1/tags/{tag}',
      summary: 'Take a tag from all messages',
      async answer({ param }) {
        const tag = param('tag');
        const isDeleted = await storage.deleteTag(tag);
        if (!isDeleted) throw badRequest(`tag not found: ${tag.slice(0, 200)}`);
        return okAnswer();
      },
    },
  ];
}

const tagCharactersMax = 100;

/** Letters and digits of any script, `-`, `_`, `.`, `@` and single spaces; the rest falls out. */
function cleanTag(tag: string): string {
  return tag
    .replace(/[^\p{L}\p{M}\p{N}\-_.@ ]+/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, tagCharactersMax);
}
