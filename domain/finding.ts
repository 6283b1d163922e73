/**
 * What the accounting of a register finds that somebody should look at. None of it changes usage by itself: what the
 * readings say stands until a decision says otherwise.
 */
export const FINDING_KINDS = {
  outlier: { zh: '跳变读数', en: 'Outlier' },
  'new-level': { zh: '示数跳到新水平', en: 'Register on a new level' },
  suspect: { zh: '可疑读数', en: 'Suspect readings' },
  reversed: { zh: '示数倒走', en: 'Register runs backwards' },
  stuck: { zh: '示数不动', en: 'Register stands still' },
  rollover: { zh: '示数翻转', en: 'Rollover' },
  gap: { zh: '数据中断', en: 'Gap' },
} as const satisfies Record<string, { zh: string; en: string }>;

export type FindingKind = keyof typeof FINDING_KINDS;
export const FINDING_KIND_IDS = Object.keys(FINDING_KINDS) as FindingKind[];

/** One of them: [fromMs, toMs] in device time, registers in canonical units before the multiplier. */
export interface Finding {
  kind: FindingKind;
  fromMs: number;
  toMs: number;
  registerBefore: number | null;
  registerAfter: number | null;
}
