import type { Dice } from './dice.ts';

/** Topics of a collector that keeps to MQTT; most of them are its meters'. */
export function healthyTopic(dice: Dice, collector: string, meters: readonly string[], foreignMeter: string): string {
  const own = `energy/v1/${collector}`;
  const kind = dice.below(100);
  if (kind < 68) return `${own}/${dice.pick(meters)}/reading`;
  if (kind < 82) return `${own}/readings`;
  if (kind < 85) return `${own}/nobody-${dice.below(50)}/reading`;
  if (kind < 88) return `${own}/${foreignMeter}/reading`;
  if (kind < 94) {
    return dice.pick(
      [
        [`${own}/frames`, `${own}/command`, `${own}/`, `${own}/m/readings`, `${own}/m/reading/x`, `${own}//reading`],
        [
          `${own}/__proto__/reading`,
          `${own}/${'x'.repeat(65)}/reading`,
          `${own}/电表/reading`,
          `${own}${'/x'.repeat(90)}`,
        ],
      ].flat(),
    );
  }
  return dice.pick(
    [
      ['energy/v1/hostile/m/reading', 'energy/v1/alerts/office/1', 'energy/v1', 'energy/v1/', '/', 'a', '$SYS/x'],
      [
        '$jieneng/nowhere',
        'energy/v2/x/y/reading',
        'ENERGY/v1/x',
        `energy/v1/${collector}x/readings`,
        'x'.repeat(5000),
      ],
    ].flat(),
  );
}
