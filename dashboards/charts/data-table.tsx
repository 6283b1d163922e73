import type { JSX } from 'react';

import { useFormat } from '../i18n/use-format.ts';
import type { ChartTable } from './chart-spec.ts';

/** The figures of a chart as a plain table that scrolls within `maxHeight`. */
export function DataTable(props: {
  title: string;
  table: ChartTable;
  maxHeight?: number;
  /** The first cell of each row is a button that tells its place. */
  onPick?: ((index: number) => void) | undefined;
  /** What that button does, for whoever hears it. */
  pickLabel?: ((row: string) => string) | undefined;
}): JSX.Element {
  const format = useFormat();
  const { columns, labels, rows } = props.table;
  const { onPick, pickLabel } = props;
  return (
    // A region that scrolls must be reachable by keyboard.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div
      className="data-table"
      style={{ maxHeight: props.maxHeight }}
      tabIndex={0}
      role="region"
      aria-label={props.title}
    >
      <table>
        <thead>
          <tr>
            {columns.map((column, index) => (
              <th key={column} scope="col" className={index < labels ? 'text' : 'number'}>
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, rowIndex) => (
            // Rows of figures have no identity but their place.
            // oxlint-disable-next-line react/no-array-index-key
            <tr key={rowIndex}>
              {row.map((cell, index) =>
                index < labels ? (
                  <th key={columns[index]} scope="row" className="text">
                    {index === 0 && onPick !== undefined ? (
                      <button
                        type="button"
                        className="link-button"
                        data-testid="pick-row"
                        aria-label={pickLabel?.(String(cell))}
                        onClick={() => onPick(rowIndex)}
                      >
                        {cell}
                      </button>
                    ) : (
                      cell
                    )}
                  </th>
                ) : (
                  <td key={columns[index]} className={cell === null ? 'number missing' : 'number'}>
                    {typeof cell === 'string' ? cell : format.number(cell)}
                  </td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
