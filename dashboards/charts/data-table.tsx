import type { JSX } from 'react';

import { useFormat } from '../i18n/use-format.ts';
import type { ChartTable } from './chart-spec.ts';

/** The figures of a chart as a plain table that scrolls within `maxHeight`. */
export function DataTable(props: { title: string; table: ChartTable; maxHeight?: number }): JSX.Element {
  const format = useFormat();
  const { columns, labels, rows } = props.table;
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
                    {cell}
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
