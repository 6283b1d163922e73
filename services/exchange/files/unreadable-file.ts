import type { Place } from '../problems/problem-list.ts';
import type { ProblemCode } from '../problems/problem-texts.ts';

/** Ends the reading of a file that cannot be read further; becomes a problem in the answer. */
export class UnreadableFile extends Error {
  readonly code: ProblemCode;
  readonly params: Record<string, string | number>;
  readonly place: Place;

  constructor(code: ProblemCode, params: Record<string, string | number> = {}, place: Place = {}) {
    super(code);
    this.name = 'UnreadableFile';
    this.code = code;
    this.params = params;
    this.place = place;
  }
}
