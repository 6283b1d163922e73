/** A reading whose message, or photograph, is looked at: when it was read, what it said, and where it lies. */
export interface ReadingBehind {
  source: 'message' | 'photo';
  ts: string;
  /** What its register said; undefined where it has none. */
  register: number | undefined;
  unit: string;
  /** An address of the API, as the API gave it. */
  link: string;
}
