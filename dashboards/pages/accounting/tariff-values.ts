import type { TariffItem } from '../../../services/api/schemas/tariff.ts';
import { ApiProblem } from '../../api-client/api-problem.ts';
import type { FormValues } from '../../forms/form-values.ts';
import { textIn } from '../../forms/form-values.ts';

export type Prices = TariffItem['versions'][number]['prices'];
export type TimeOfUse = Extract<Prices, { kind: 'time-of-use' }>;
export type Schedule = TimeOfUse['schedules'][number];
export type PeriodPrices = TimeOfUse['prices'];
export type Steps = { upTo: string | null; price: string }[];

/** A day divided as many cities do; to be corrected. */
const USUAL_WINDOWS: Schedule['windows'] = [
  { from: '00:00', to: '08:00', period: 'valley' },
  { from: '08:00', to: '12:00', period: 'peak' },
  { from: '12:00', to: '17:00', period: 'flat' },
  { from: '17:00', to: '21:00', period: 'peak' },
  { from: '21:00', to: '24:00', period: 'flat' },
];

/** What a schedule begins with. */
export const USUAL_SCHEDULE: Schedule = { days: 'all', windows: USUAL_WINDOWS };
/** What steps begin with. */
export const USUAL_STEPS: Steps = [
  { upTo: '', price: '' },
  { upTo: null, price: '' },
];

/** What the fields of prices begin with, whatever kind is chosen. */
export const USUAL_VALUES: FormValues = {
  kind: 'flat',
  prices: {},
  schedules: [USUAL_SCHEDULE],
  per: 'month',
  steps: USUAL_STEPS,
};

/** Prices as the form holds them. */
export function valuesOfPrices(prices: Prices): FormValues {
  const values: FormValues = { kind: prices.kind, fixedPerMonth: prices.fixedPerMonth };
  if (prices.kind === 'flat') return { ...values, price: prices.price };
  if (prices.kind === 'tiered') return { ...values, per: prices.per, steps: prices.steps };
  return {
    ...values,
    prices: prices.prices,
    schedules: prices.schedules,
    ...(prices.surcharge === undefined
      ? {}
      : { hasSurcharge: true, per: prices.surcharge.per, steps: prices.surcharge.steps }),
  };
}

/** Prices as the API takes them, from what stands in the form. */
export function pricesOfValues(values: FormValues): FormValues {
  const kind = textIn(values, 'kind');
  const fixed = textIn(values, 'fixedPerMonth').trim();
  const shared = { kind, ...(fixed === '' ? {} : { fixedPerMonth: fixed }) };
  const tiers = { per: values['per'], steps: values['steps'] };
  if (kind === 'flat') return { ...shared, price: textIn(values, 'price').trim() };
  if (kind === 'tiered') return { ...shared, ...tiers };
  const prices = Object.entries((values['prices'] ?? {}) as Record<string, string | undefined>).filter(
    ([, price]) => price !== undefined && price.trim() !== '',
  );
  return {
    ...shared,
    prices: Object.fromEntries(prices),
    schedules: values['schedules'],
    ...(values['hasSurcharge'] === true ? { surcharge: tiers } : {}),
  };
}

/** A refusal with the fields named as the form names them: the API speaks of the first version's prices, or of a surcharge's. */
export function inFormTerms(thrown: unknown): unknown {
  if (!(thrown instanceof ApiProblem)) return thrown;
  const detail = thrown.detail
    .replaceAll(/\bversions\.0\.prices(\.|: )/g, '')
    .replaceAll(/(^|; )body: (?=\w+(\.\w+)*: )/g, '$1')
    .replaceAll(/\bversions\.0\.validFrom\b/g, 'validFrom')
    // Of the first schedule, as it is numbered on the page.
    .replaceAll(/\bschedules\.(\d+)(\.\w+)*: /g, (_all, index: string) => `schedules: ${Number(index) + 1}: `)
    .replaceAll(/\bsurcharge\.(per|steps)\b/g, '$1');
  return new ApiProblem(thrown.status, { title: thrown.message, code: thrown.code, detail });
}
