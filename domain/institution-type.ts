/**
 * Kinds of public institution, with the class of the statistics regime they are summed under
 * (公共机构能源资源消费统计调查制度: 01 国家机关, 02 事业单位 by system, 03 团体组织).
 */
export const INSTITUTION_TYPES = {
  agency: { statisticsClass: '01', zh: '国家机关', en: 'Government agency' },
  school: { statisticsClass: '021', zh: '教育', en: 'Education' },
  research: { statisticsClass: '022', zh: '科技', en: 'Science' },
  library: { statisticsClass: '023', zh: '文化', en: 'Culture' },
  hospital: { statisticsClass: '024', zh: '卫生', en: 'Health' },
  sports: { statisticsClass: '025', zh: '体育', en: 'Sports' },
  other: { statisticsClass: '026', zh: '其他事业单位', en: 'Other institution' },
  association: { statisticsClass: '03', zh: '团体组织', en: 'Association' },
} as const satisfies Record<string, { statisticsClass: string; zh: string; en: string }>;

export type InstitutionType = keyof typeof INSTITUTION_TYPES;
export const INSTITUTION_TYPE_IDS = Object.keys(INSTITUTION_TYPES) as InstitutionType[];
