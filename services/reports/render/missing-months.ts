import type { ReportFigures } from '../../api/schemas/report.ts';
import { formatPercent } from './format-number.ts';
import { MEDIUM_NAMES } from './medium-names.ts';

type Medium = ReportFigures['media'][number];

/** What is known but for this little is said to be whole. */
const WHOLE = 0.995;

/** A sentence each medium that lacks data, which months have none and which are known in part; none where all is whole. */
export function missingMonthsTexts({ media }: ReportFigures): string[] {
  return media.flatMap((medium) => {
    const name = MEDIUM_NAMES[medium.medium].name;
    if (medium.total === null) return [`${name}全年没有数据。`];
    const none: string[] = [];
    const part: string[] = [];
    medium.months.forEach((amount, month) => {
      const share = knownShare(medium, month);
      if (amount === null) none.push(`${month + 1}月`);
      else if (share !== null && share < WHOLE) part.push(`${month + 1}月（${formatPercent(floored(share))}）`);
    });
    const clauses = [
      ...(none.length === 0 ? [] : [`${none.join('、')}没有数据`]),
      ...(part.length === 0 ? [] : [`${part.join('、')}数据不全，括号内为有数据的计量时长占比`]),
    ];
    if (clauses.length === 0) return [];
    return [`${name}${clauses.join('；')}。全年消费量为有数据部分之和，未作补足。`];
  });
}

/** The share of a month for which the meters at the top are known; null where none is registered. */
function knownShare({ meteredTime }: Medium, month: number): number | null {
  const expectedMs = meteredTime?.expectedMs[month] ?? 0;
  return expectedMs === 0 ? null : (meteredTime?.knownMs[month] ?? 0) / expectedMs;
}

// What is not whole never reads 100.0 %.
const floored = (share: number): number => Math.floor(share * 1000) / 1000;
