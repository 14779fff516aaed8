import { useAlerts, useDocument } from './dashboard-context.ts';
import styles from './tile.module.css';
import { Tile } from './tile.tsx';
import { tilesOf } from './tile-values.ts';

/** The last minute in numbers. */
export function Tiles() {
  const document = useDocument();
  const { on } = useAlerts();
  return (
    <ul aria-label="The last minute" className={styles.tiles}>
      {tilesOf(document, on).map((tile) => (
        <Tile key={tile.label} {...tile} />
      ))}
    </ul>
  );
}
