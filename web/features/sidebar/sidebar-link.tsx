import { Link, useLocation, useSearch } from 'wouter';
import { Icon, type IconName } from '../../components/icon.tsx';
import { formatCount, formatCountShort, plural } from '../../lib/format.ts';
import { filterSearch, type ListFilter, listPath, parseFilter } from '../../lib/links.ts';
import styles from './sidebar.module.css';

interface SidebarLinkProps {
  readonly label: string;
  /** Said before the label where the icon alone shows it. */
  readonly kind?: string;
  readonly icon: IconName;
  /** The list it shows; otherwise `href` is the page. */
  readonly filter?: Partial<ListFilter>;
  readonly href?: string;
  readonly count?: number | undefined;
  readonly unread?: number | undefined;
  readonly onNavigate?: () => void;
}

export function SidebarLink(props: SidebarLinkProps) {
  const { label, kind, icon, filter, href, count, unread = 0, onNavigate } = props;
  const current = useIsCurrent(filter, href);
  const facts = [
    count !== undefined && plural(count, 'message'),
    unread > 0 && `${formatCount(unread)} unread`,
  ].filter(Boolean);
  return (
    <li>
      <Link
        aria-current={current ? 'page' : undefined}
        className={styles.link}
        href={filter ? listPath(filter) : (href ?? '/')}
        title={[kind ? `${kind} ${label}` : label, ...facts].join(', ')}
        onClick={onNavigate}
      >
        <Icon name={icon} />
        <span className={styles.label}>
          {kind && <span className="visually-hidden">{kind} </span>}
          {label}
        </span>
        {facts.length > 0 && <span className="visually-hidden">{facts.join(', ')}</span>}
        {unread > 0 && (
          <span aria-hidden="true" className={styles.unread}>
            {formatCountShort(unread)}
          </span>
        )}
        {count !== undefined && count > 0 && (
          <span aria-hidden="true" className={styles.count}>
            {formatCountShort(count)}
          </span>
        )}
      </Link>
    </li>
  );
}

/** A search within a list is still that list. */
function useIsCurrent(filter: Partial<ListFilter> | undefined, href: string | undefined): boolean {
  const [location] = useLocation();
  const search = useSearch();
  if (!filter) return location === href || location.startsWith(`${href}/`);
  const inList = location === '/' || location.startsWith('/messages/');
  return inList && filterSearch({ ...parseFilter(search), query: '' }) === filterSearch(filter);
}
