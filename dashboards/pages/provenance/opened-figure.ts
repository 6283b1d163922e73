import type { FigureQuery } from './use-provenance.ts';

/** A figure that is looked into, with what it is called. */
export interface OpenedFigure {
  name: string;
  query: FigureQuery;
}
