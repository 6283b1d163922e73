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
  /** Figures that open into where they come from: undefined where one does not. */
  openerOf?: ((row: number, column: number) => (() => void) | undefined) | undefined;
  /** What such a figure's button does, for whoever hears it. */
  openLabel?: ((row: string, column: string) => string) | undefined;
}): JSX.Element {
  const format = useFormat();
  const { columns, labels, rows } = props.table;
  const { onPick, pickLabel, openerOf, openLabel } = props;
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
                    <Figure
                      text={typeof cell === 'string' ? cell : format.number(cell)}
                      label={openLabel?.(String(row[0]), columns[index] ?? '')}
                      open={cell === null ? undefined : openerOf?.(rowIndex, index)}
                    />
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

/** A figure, as a button where it opens. */
function Figure(props: { text: string; label: string | undefined; open: (() => void) | undefined }): JSX.Element {
  if (props.open === undefined) return <>{props.text}</>;
  return (
    <button
      type="button"
      className="link-button figure-button"
      aria-label={props.label === undefined ? undefined : `${props.text} ${props.label}`}
      data-testid="open-figure"
      onClick={props.open}
    >
      {props.text}
    </button>
  );
}
