import { useState } from 'react';
import type { JSX } from 'react';

import type { InstitutionCostAnswer } from '../../../services/api/schemas/cost.ts';
import type { LocalDate } from '../../api-client/local-date.ts';
import { useOne } from '../../api-client/use-one.ts';
import { CostCards } from '../cost/cost-cards.tsx';
import { yearRange } from '../cost/cost-of.ts';
import { YearPicker } from '../cost/year-picker.tsx';
import { HousingPanel } from './housing-panel.tsx';

/** What an institution's usage of a year cost, its coal and carbon; its housing apart. */
export function CostPart(props: { id: string; today: LocalDate }): JSX.Element {
  const thisYear = Number(props.today.slice(0, 4));
  const [year, setYear] = useState(thisYear);
  const cost = useOne<InstitutionCostAnswer>(`/institutions/${encodeURIComponent(props.id)}/cost`, yearRange(year));
  return (
    <>
      <CostCards
        name="cost"
        year={year}
        query={cost}
        extra={<YearPicker year={year} thisYear={thisYear} onChange={setYear} />}
      />
      <HousingPanel id={props.id} year={year} />
    </>
  );
}
