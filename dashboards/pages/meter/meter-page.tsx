import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';

import type { Meter } from '../../../services/api/schemas/meter.ts';
import { useInstitution } from '../../api-client/use-institutions.ts';
import { useMeter } from '../../api-client/use-meters.ts';
import { useFormat } from '../../i18n/use-format.ts';
import { useLabels } from '../../i18n/use-labels.ts';
import { Await } from '../../layout/await.tsx';
import { PageHead } from '../../layout/page-head.tsx';
import { MeterFacts } from './meter-facts.tsx';
import { ReadingsPart } from './readings-part.tsx';
import { UsageCard } from './usage-card.tsx';

/** One meter: what it is, its usage with its quality, its register and latest readings. */
export function MeterPage(): JSX.Element {
  const { id = '' } = useParams();
  const meter = useMeter(id);
  return (
    <div data-testid="page-meter">
      <Await query={meter} height={480}>
        {(data) => <MeterView meter={data} />}
      </Await>
    </div>
  );
}

function MeterView({ meter }: { meter: Meter }): JSX.Element {
  const { t } = useTranslation();
  const format = useFormat();
  const labels = useLabels();
  const institution = useInstitution(meter.institutionId);
  return (
    <>
      <PageHead
        title={meter.name === '' ? meter.id : meter.name}
        subtitle={
          <>
            <Link to={`/institutions/${encodeURIComponent(meter.institutionId)}`}>
              {institution.data?.name ?? meter.institutionId}
            </Link>{' '}
            · {labels.of('mediumLong', meter.medium)}
          </>
        }
        extra={
          <span className="stat-row">
            <span>
              {t('institution.latest')}
              <b>{format.exact(meter.latest?.value, meter.unit, 2)}</b>
              {meter.latest !== null && format.dateTimeSeconds(meter.latest.ts)}
            </span>
          </span>
        }
      />
      <div className="grid">
        <MeterFacts meter={meter} />
        {meter.medium !== 'temperature' && <UsageCard meter={meter} />}
        <ReadingsPart meter={meter} />
      </div>
    </>
  );
}
