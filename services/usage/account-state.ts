/** A register reading: device time in epoch milliseconds, register in canonical units. */
export interface Point {
  atMs: number;
  register: number;
  /** A person gave it. */
  isManual?: true;
  /** It is not what the store has as the last reading before the next: manual, or followed by readings left out. */
  isApart?: true;
}

/** Where the accounting of a register stands after some readings; the next reading is judged against it. */
export interface AccountState {
  /** The last reading that counts. */
  last: Point | undefined;
  /** There is no last one, though the store has readings: they are left out. */
  isHidden: boolean;
  /** Readings since then that do not follow from it: suspect until the register returns or stays. */
  suspects: Point[];
  /** The first suspect since the last good reading; it may be no longer among `suspects`. */
  suspectFromMs: number | undefined;
  /** Readings in a row, up to the last suspect, each below the one before. */
  fall: Fall | undefined;
  /** Since when the register stands where it stands; undefined where it has never counted. */
  standsFromMs: number | undefined;
  /** Whether that is a meter at fault, once it has stood for long; undefined before. */
  standing: 'stuck' | 'resting' | undefined;
  /** Since when readings have come further apart than they should, where the last one did. */
  gapFromMs: number | undefined;
  /** Nothing before this reading changes by readings behind the last. Not part of the text: undefined after resuming. */
  anchor: Point | undefined;
}

/** A register that runs backwards: from a reading on, over so many that followed. */
interface Fall {
  from: Point;
  count: number;
}

/** A register before its first reading. */
export function newAccount(): AccountState {
  return {
    last: undefined,
    isHidden: false,
    suspects: [],
    suspectFromMs: undefined,
    fall: undefined,
    standsFromMs: undefined,
    standing: undefined,
    gapFromMs: undefined,
    anchor: undefined,
  };
}

type PointText = [atMs: number, register: number, marks?: number];

/**
 * The state as text; empty where the last reading is good, came in time, and is the first of where the register stands,
 * so that the readings themselves say it.
 */
export function stateToText(state: AccountState): string {
  const { last, suspects, suspectFromMs, fall } = state;
  if (last === undefined && state.isHidden) return state.standsFromMs === undefined ? 'n' : 'N';
  const since = sinceText(state);
  if (suspects.length === 0 && last?.isApart === undefined) return since;
  const points = [last!, ...suspects].map((point) => pointText(point));
  const rest: (number | PointText)[] = [];
  if (suspectFromMs !== undefined) rest.push(suspectFromMs);
  if (fall !== undefined) rest.push(pointText(fall.from), fall.count);
  return JSON.stringify([points, since, ...rest]);
}

/** `G` since when there are gaps, `S` since when the register stands, in ms to the base of 36; `S` alone: it never counted. */
function sinceText({ last, standsFromMs, standing, gapFromMs }: AccountState): string {
  if (gapFromMs === undefined && standsFromMs !== undefined && standsFromMs === last?.atMs) return '';
  const gap = gapFromMs === undefined ? '' : `G${gapFromMs.toString(36)}`;
  if (standsFromMs === undefined) return `${gap}S`;
  if (last === undefined || standsFromMs === last.atMs) return gap;
  return `${gap}S${standsFromMs.toString(36)}${standing === undefined ? '' : STANDING_MARK[standing]}`;
}

const SINCE = /^(?:G(-?[\da-z]+))?(?:S(-?[\da-z]*)([!~]?))?$/;

function sinceFromText(
  text: string,
  last: Point | undefined,
): Pick<AccountState, 'standsFromMs' | 'standing' | 'gapFromMs'> {
  const [, gap, stands, mark] = SINCE.exec(text) ?? [];
  const at = (digits: string): number => Number.parseInt(digits, 36);
  const standsFromMs = stands === undefined ? last?.atMs : stands === '' ? undefined : at(stands);
  const standing = mark === '!' ? 'stuck' : mark === '~' ? 'resting' : undefined;
  return { standsFromMs, standing, gapFromMs: gap === undefined ? undefined : at(gap) };
}

const STANDING_MARK = { stuck: '!', resting: '~' } as const;

function pointText({ atMs, register, isManual, isApart }: Point): PointText {
  const marks = (isManual === true ? 1 : 0) + (isApart === true ? 2 : 0);
  return marks === 0 ? [atMs, register] : [atMs, register, marks];
}

function pointFrom([atMs, register, marks = 0]: PointText): Point {
  if (marks === 0) return { atMs, register };
  return { atMs, register, ...(marks & 1 ? { isManual: true } : {}), ...(marks & 2 ? { isApart: true } : {}) };
}

/** The inverse of {@link stateToText}; `lastReading` is the last reading before the state. */
export function stateFromText(text: string, lastReading: Point | undefined): AccountState {
  if (text === 'n' || text === 'N')
    return { ...newAccount(), isHidden: true, standsFromMs: text === 'N' ? Number.NEGATIVE_INFINITY : undefined };
  if (!text.startsWith('[')) return { ...newAccount(), last: lastReading, ...sinceFromText(text, lastReading) };
  const [points, since, suspectFromMs, fallFrom, count] = JSON.parse(text) as [
    points: PointText[],
    since: string,
    suspectFromMs?: number,
    fallFrom?: PointText,
    count?: number,
  ];
  // As an earlier release wrote it: the points alone.
  if (typeof points[0] === 'number') return stateFromPoints(JSON.parse(text) as PointText[]);
  const [last, ...suspects] = points.map((point) => pointFrom(point));
  return {
    ...newAccount(),
    last,
    suspects,
    suspectFromMs,
    fall: fallFrom && { from: pointFrom(fallFrom), count: count! },
    ...sinceFromText(since, last),
  };
}

function stateFromPoints(texts: readonly PointText[]): AccountState {
  const [last, ...suspects] = texts.map((point) => pointFrom(point));
  return { ...newAccount(), last, suspects, suspectFromMs: suspects[0]?.atMs, standsFromMs: last?.atMs };
}
