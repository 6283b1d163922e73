/** What the rules watch over and the articles of 《包头市公共机构节能管理办法》 they enforce. */
export const RULE_NAMES: Record<string, { name: string; article: string }> = {
  quota: { name: '能源资源消耗定额', article: '第十五条、第二十七条' },
  'off-hours': { name: '非工作时间待机用电', article: '第二十条第（一）、（四）项' },
  thermostat: { name: '室内温度控制', article: '第二十条第（三）项' },
};
