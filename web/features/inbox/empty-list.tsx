import { useLocation } from 'wouter';
import { Button } from '../../components/button.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { isEverything, type ListFilter, listPath } from '../../lib/links.ts';
import styles from './inbox.module.css';
import { useIsMissingInbox } from './list-title.ts';

export function EmptyList({ filter }: { readonly filter: ListFilter }) {
  const [, navigate] = useLocation();
  const searching = filter.query !== '';
  const isMissing = useIsMissingInbox(filter);
  const { title, text } = isMissing ? missingInbox : wordsFor(filter);
  return (
    <div className={styles.rowsPane}>
      <EmptyState
        icon={searching ? 'search' : 'inbox'}
        title={title}
        actions={
          searching ? (
            <Button onClick={() => navigate(listPath({ ...filter, query: '' }))}>
              Clear search
            </Button>
          ) : (
            !isEverything(filter) && (
              <Button onClick={() => navigate(listPath())}>Show all mail</Button>
            )
          )
        }
      >
        <p>{text}</p>
      </EmptyState>
    </div>
  );
}

const missingInbox = {
  title: 'There is no such inbox',
  text: 'It was deleted, or the link is mistyped. Messages that were in it are still in All mail.',
};

function wordsFor(filter: ListFilter) {
  if (filter.query) {
    return { title: 'Nothing matches', text: 'New mail that does will show up here by itself.' };
  }
  if (filter.unread) return { title: 'All read', text: 'New mail shows up here.' };
  return { title: 'No mail here', text: 'New mail shows up here the moment it is accepted.' };
}
