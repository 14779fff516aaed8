import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { listMessages } from '../../lib/api.ts';
import { plural } from '../../lib/format.ts';
import { everything } from '../../lib/links.ts';
import { keys } from '../../lib/queries.ts';
import styles from './inbox-editor.module.css';

const typingMs = 250;

interface SearchPreviewProps {
  readonly id: string;
  readonly query: string;
}

/** How many messages the search finds now, while it is being typed. */
export function SearchPreview({ id, query }: SearchPreviewProps) {
  const [asked, setAsked] = useState(query);
  useEffect(() => {
    const timer = setTimeout(() => setAsked(query), typingMs);
    return () => clearTimeout(timer);
  }, [query]);
  const found = useQuery({
    queryKey: [...keys.pages, 'preview', asked],
    queryFn: ({ signal }) => listMessages({ ...everything, query: asked }, { limit: 1 }, signal),
    enabled: asked !== '',
    placeholderData: keepPreviousData,
    gcTime: 0,
  });
  return (
    <p className={styles.hint} id={id} role="status">
      {textOf(asked, found.error, found.data?.matched)}
    </p>
  );
}

function textOf(query: string, error: Error | null, matched: number | undefined): string {
  if (query === '')
    return 'Words, addresses, from:, subject:, tag: and more, as in the search field.';
  if (error) return error.message;
  if (matched === undefined) return 'Looking…';
  return `${plural(matched, 'message')} ${matched === 1 ? 'matches' : 'match'} now. New mail that does comes in by itself.`;
}
