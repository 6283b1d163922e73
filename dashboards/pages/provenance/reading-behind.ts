/** A reading whose message, or photograph, is looked at: when it was read, what it said, and where it lies. */
export interface ReadingBehind {
  source: 'message' | 'photo';
  ts: string;
  register: number;
  unit: string;
  /** An address of the API, as the API gave it. */
  link: string;
}
