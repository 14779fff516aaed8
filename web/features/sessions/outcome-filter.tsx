import { useQuery } from '@tanstack/react-query';
import { Link, useLocation } from 'wouter';
import { Icon } from '../../components/icon.tsx';
import { Menu, MenuRadioGroup, MenuRadioItem } from '../../components/menu.tsx';
import { formatCount, formatCountShort, plural } from '../../lib/format.ts';
import { type SessionFilter, sessionListPath } from '../../lib/links.ts';
import { sessionCountsQuery } from '../../lib/queries.ts';
import { isOutcome, outcomes, outcomeWords } from './outcome.ts';
import styles from './outcome-filter.module.css';
import { errorLabel, errorTypes } from './session-errors.ts';

const any = 'any';

/** One chip for each outcome there is, then what else narrows the list. */
export function OutcomeFilter({ filter }: { readonly filter: SessionFilter }) {
  const [, navigate] = useLocation();
  const counts = useQuery(sessionCountsQuery(filter)).data;
  const total = Object.values(counts ?? {}).reduce((sum, count) => sum + count, 0);
  const shown = outcomes.filter((outcome) => counts?.[outcome] || outcome === filter.outcome);
  const unknown = filter.outcome !== null && !isOutcome(filter.outcome);
  const types = [...new Set([...errorTypes, ...(filter.error === null ? [] : [filter.error])])];
  return (
    <nav aria-label="Filter by outcome" className={styles.filters}>
      <ul className={styles.chips}>
        <Chip
          count={counts && total}
          current={filter.outcome === null}
          filter={{ ...filter, outcome: null }}
          label="All"
        />
        {shown.map((outcome) => (
          <Chip
            key={outcome}
            count={counts?.[outcome] ?? 0}
            current={filter.outcome === outcome}
            filter={{ ...filter, outcome: filter.outcome === outcome ? null : outcome }}
            label={outcomeWords(outcome).label}
            outcome={outcome}
          />
        ))}
        {unknown && (
          <Chip
            count={0}
            current
            filter={{ ...filter, outcome: null }}
            label={filter.outcome ?? ''}
          />
        )}
        {(['reply', 'peer', 'user'] as const).map((name) => {
          const value = filter[name];
          if (value === null) return null;
          return (
            <li key={name}>
              <Link
                aria-label={`${name} ${value}, remove this filter`}
                className={styles.chip}
                data-current="true"
                href={sessionListPath({ ...filter, [name]: null })}
              >
                {name} {value}
                <Icon name="close" size={12} />
              </Link>
            </li>
          );
        })}
        <li>
          <Menu
            align="start"
            trigger={
              <button type="button" className={styles.chip} data-current={filter.error !== null}>
                <Icon name="warning" size={13} />
                {filter.error === null ? 'Errors' : errorLabel(filter.error)}
                <Icon name="chevronDown" size={12} />
              </button>
            }
          >
            <MenuRadioGroup
              label="With an error of the type"
              value={filter.error ?? any}
              onValueChange={(value) =>
                navigate(sessionListPath({ ...filter, error: value === any ? null : value }))
              }
            >
              <MenuRadioItem value={any}>Any, or none</MenuRadioItem>
              {types.map((type) => (
                <MenuRadioItem key={type} value={type}>
                  {errorLabel(type)}
                </MenuRadioItem>
              ))}
            </MenuRadioGroup>
          </Menu>
        </li>
      </ul>
    </nav>
  );
}

interface ChipProps {
  readonly label: string;
  readonly count: number | undefined;
  readonly current: boolean;
  readonly filter: SessionFilter;
  readonly outcome?: Parameters<typeof outcomeWords>[0];
}

function Chip({ label, count, current, filter, outcome }: ChipProps) {
  const words = outcome && outcomeWords(outcome);
  return (
    <li>
      <Link
        aria-current={current ? 'true' : undefined}
        className={styles.chip}
        data-current={current}
        href={sessionListPath(filter)}
        title={words?.meaning}
      >
        {words && (
          <span className={styles[words.tone]}>
            <Icon name={words.icon} size={13} />
          </span>
        )}
        {label}
        {count !== undefined && <span className="visually-hidden">{plural(count, 'session')}</span>}
        <span
          aria-hidden="true"
          className={styles.count}
          title={count === undefined ? '' : formatCount(count)}
        >
          {count === undefined ? '' : formatCountShort(count)}
        </span>
      </Link>
    </li>
  );
}
