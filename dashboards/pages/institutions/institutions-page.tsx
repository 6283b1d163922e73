import { Input, Select, Table } from 'antd';
import type { TableColumnsType } from 'antd';
import { useMemo, useState } from 'react';
import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import type { Institution } from '../../../services/api/schemas/institution.ts';
import { useToday } from '../../api-client/use-health.ts';
import { useInstitutions } from '../../api-client/use-institutions.ts';
import { useOverview } from '../../api-client/use-overview.ts';
import { unknownLast } from '../../layout/unknown-last.ts';
import { useFormat } from '../../i18n/use-format.ts';
import { useLabels } from '../../i18n/use-labels.ts';
import { Await } from '../../layout/await.tsx';
import { EmptyState } from '../../layout/empty-state.tsx';
import { rowProps } from '../../layout/row-props.ts';
import { PageHead } from '../../layout/page-head.tsx';
import { QuotaBar } from '../overview/quota-bar.tsx';
import '../alerts/alerts.css';
import '../overview/overview.css';

interface Row extends Institution {
  kgcePerM2: number | null;
  quotaRatio: number | null;
}

/** Every institution that the session may see, with how it does this year. */
export function InstitutionsPage(): JSX.Element {
  const { t } = useTranslation();
  const labels = useLabels();
  const institutions = useInstitutions();
  const today = useToday();
  const overview = useOverview(today === undefined ? undefined : Number(today.slice(0, 4)));
  const [name, setName] = useState('');
  const [type, setType] = useState<string>();
  const columns = useColumns();

  const rows = useMemo(() => {
    const intensity = new Map(overview.data?.ranking.map(({ id, kgcePerM2 }) => [id, kgcePerM2]));
    const quotas = new Map(
      overview.data?.quotas
        .filter(({ medium }) => medium === 'electricity')
        .map(({ institutionId, ratio }) => [institutionId, ratio]),
    );
    return (institutions.data ?? [])
      .filter((one) => one.name.includes(name.trim()) && (type === undefined || one.type === type))
      .map((one): Row => ({
        ...one,
        kgcePerM2: intensity.get(one.id) ?? null,
        quotaRatio: quotas.get(one.id) ?? null,
      }));
  }, [institutions.data, overview.data, name, type]);
  const types = [...new Set(institutions.data?.map((one) => one.type))];

  return (
    <div data-testid="page-institutions">
      <PageHead
        title={t('institutions.title')}
        subtitle={institutions.data === undefined ? undefined : t('common.itemsTotal', { total: rows.length })}
        extra={
          <div className="filters">
            <Input.Search
              allowClear
              aria-label={t('common.search')}
              placeholder={t('common.search')}
              value={name}
              onChange={(event) => setName(event.target.value)}
              style={{ width: 200 }}
            />
            <Select
              allowClear
              aria-label={t('institutions.type')}
              placeholder={t('institutions.allTypes')}
              value={type}
              onChange={setType}
              options={types.map((value) => ({ value, label: labels.of('type', value) }))}
            />
          </div>
        }
      />
      <section className="panel">
        <Await query={institutions} height={400}>
          {() => (
            <Table<Row>
              size="small"
              rowKey="id"
              columns={columns}
              dataSource={rows}
              scroll={{ x: 'max-content' }}
              pagination={{ pageSize: 50, hideOnSinglePage: true, showSizeChanger: false }}
              locale={{ emptyText: <EmptyState text={t('institutions.empty')} /> }}
              onRow={() => rowProps('institution-row')}
            />
          )}
        </Await>
      </section>
    </div>
  );
}

function useColumns(): TableColumnsType<Row> {
  const { t } = useTranslation();
  const format = useFormat();
  const labels = useLabels();
  const number = (value: number | null): string => (value === null ? t('common.none') : format.number(value, 0));
  return [
    {
      title: t('institutions.name'),
      key: 'name',
      sorter: (a, b) => a.name.localeCompare(b.name, 'zh-CN'),
      render: (_, row) => <Link to={`/institutions/${encodeURIComponent(row.id)}`}>{row.name}</Link>,
    },
    { title: t('institutions.type'), key: 'type', render: (_, row) => labels.of('type', row.type) },
    { title: t('institutions.region'), dataIndex: 'regionName', responsive: ['md'] },
    { title: t('institutions.reportsTo'), dataIndex: 'reportsToName', responsive: ['lg'] },
    {
      title: t('institutions.area'),
      key: 'area',
      align: 'right',
      responsive: ['md'],
      sorter: (a, b, order) => unknownLast(a.areaM2, b.areaM2, order),
      render: (_, row) => number(row.areaM2),
    },
    {
      title: t('institutions.headcount'),
      key: 'headcount',
      align: 'right',
      responsive: ['lg'],
      sorter: (a, b, order) => unknownLast(a.headcount, b.headcount, order),
      render: (_, row) => number(row.headcount),
    },
    {
      title: t('institutions.intensity'),
      key: 'intensity',
      align: 'right',
      sorter: (a, b, order) => unknownLast(a.kgcePerM2, b.kgcePerM2, order),
      render: (_, row) => (row.kgcePerM2 === null ? t('common.none') : format.number(row.kgcePerM2, 2)),
    },
    {
      title: t('institutions.electricityQuota'),
      key: 'quota',
      width: 130,
      responsive: ['md'],
      sorter: (a, b, order) => unknownLast(a.quotaRatio, b.quotaRatio, order),
      render: (_, row) =>
        row.quotaRatio === null ? (
          t('common.none')
        ) : (
          <>
            <span>{format.percent(row.quotaRatio)}</span>
            <QuotaBar ratio={row.quotaRatio} />
          </>
        ),
    },
  ];
}
