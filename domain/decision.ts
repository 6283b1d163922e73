/** What may be decided of a meter's readings by a second person's approval (design section 5). */
export const DECISION_KINDS = {
  exclude: { zh: '剔除读数', en: 'Readings left out' },
  accept: { zh: '采信读数', en: 'Readings believed' },
  value: { zh: '改定示数', en: 'Register set' },
  replacement: { zh: '换表', en: 'Replacement' },
  reset: { zh: '清零', en: 'Reset' },
  multiplier: { zh: '倍率变更', en: 'Multiplier' },
} as const satisfies Record<string, { zh: string; en: string }>;

export type DecisionKind = keyof typeof DECISION_KINDS;
export const DECISION_KIND_IDS = Object.keys(DECISION_KINDS) as DecisionKind[];

export const DECISION_STATES = ['proposed', 'approved', 'rejected', 'withdrawn', 'reversed'] as const;
export type DecisionState = (typeof DECISION_STATES)[number];

/** How a person came by a register: on the spot, told by phone, or from a photograph. */
export const MANUAL_SOURCES = ['visit', 'phone', 'photo'] as const;
export type ManualSource = (typeof MANUAL_SOURCES)[number];
