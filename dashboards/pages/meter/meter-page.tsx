import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, Route, Routes, useParams } from 'react-router';

import type { FindingItem } from '../../../services/api/schemas/finding.ts';
import type { ManualReading } from '../../../services/api/schemas/manual-reading.ts';
import type { Meter } from '../../../services/api/schemas/meter.ts';
import { useInstitution } from '../../api-client/use-institutions.ts';
import { useMeter } from '../../api-client/use-meters.ts';
import { useOne } from '../../api-client/use-one.ts';
import { useFormat } from '../../i18n/use-format.ts';
import { useLabels } from '../../i18n/use-labels.ts';
import { Await } from '../../layout/await.tsx';
import { NotFound } from '../../layout/not-found.tsx';
import { PageHead } from '../../layout/page-head.tsx';
import { TabLinks } from '../../layout/tab-links.tsx';
import { BalanceCard } from './balance-card.tsx';
import { CostTab } from './cost-tab.tsx';
import { ManualTab } from './manual-tab.tsx';
import { MeterFacts } from './meter-facts.tsx';
import { ReadingsPart } from './readings-part.tsx';
import { ReviewTab } from './review-tab.tsx';
import { UsageCard } from './usage-card.tsx';
import '../review/review.css';
import './meter.css';

const TABS = ['usage', 'review', 'manual', 'cost'] as const;

/** One meter: its usage and where it comes from, its register, what was found and corrected, manual readings, cost. */
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
  const labels = useLabels();
  const institution = useInstitution(meter.institutionId);
  const address = `/meters/${encodeURIComponent(meter.id)}`;
  const hasUsage = meter.medium !== 'temperature';
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
        extra={<Latest meter={meter} />}
      />
      {hasUsage && (
        <TabLinks
          label={t('meter.parts')}
          isExact
          tabs={TABS.map((tab) => ({
            to: tab === 'usage' ? address : `${address}/${tab}`,
            text: t(`meter.tab.${tab}`),
          }))}
        />
      )}
      <Routes>
        <Route
          index
          element={
            <>
              {hasUsage && <OpenFindings meter={meter} />}
              <div className="grid">
                <MeterFacts meter={meter} />
                {hasUsage && <UsageCard meter={meter} />}
                {hasUsage && <BalanceCard meter={meter} />}
                <ReadingsPart meter={meter} />
              </div>
            </>
          }
        />
        <Route path="review" element={<div className="grid">{hasUsage && <ReviewTab meter={meter} />}</div>} />
        <Route path="manual" element={<div className="grid">{hasUsage && <ManualTab meter={meter} />}</div>} />
        <Route path="cost" element={<div className="grid">{hasUsage && <CostTab meter={meter} />}</div>} />
        <Route path="*" element={<NotFound />} />
      </Routes>
    </>
  );
}

/** The newest value: what the meter sent, or, of one that sends nothing, what somebody read off it last. */
function Latest({ meter }: { meter: Meter }): JSX.Element {
  const { t } = useTranslation();
  const format = useFormat();
  const sends = meter.latest !== null || meter.medium === 'temperature';
  const manual = useOne<{ items: ManualReading[] }>(
    sends ? undefined : `/meters/${encodeURIComponent(meter.id)}/manual-readings`,
    { limit: 1 },
  ).data?.items[0];
  const at = meter.latest?.ts ?? manual?.ts;
  return (
    <span className="stat-row">
      <span>
        {t(manual === undefined ? 'institution.latest' : 'manual.latest')}
        <b>
          {manual === undefined
            ? format.exact(meter.latest?.value, meter.unit, 2)
            : format.entered(manual.total, manual.unit)}
        </b>
        {at !== undefined && format.dateTimeSeconds(at)}
      </span>
    </span>
  );
}

/** Leads to what waits for somebody on this meter; nothing where nothing does. */
function OpenFindings({ meter }: { meter: Meter }): JSX.Element | null {
  const { t } = useTranslation();
  const findings = useOne<{ items: FindingItem[] }>('/findings', { meter: meter.id, decided: 'false' });
  const waiting = findings.data?.items.filter(({ suggestion }) => suggestion !== null) ?? [];
  if (waiting.length === 0) return null;
  return (
    <p className="open-findings" data-testid="open-findings">
      {t('finding.count', { count: waiting.length })}{' '}
      <Link to={`/meters/${encodeURIComponent(meter.id)}/review`}>{t('finding.look')}</Link>
    </p>
  );
}
