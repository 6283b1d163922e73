import { LeftOutlined, RightOutlined } from '@ant-design/icons';
import { Button, Space } from 'antd';
import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';

/** Chooses a calendar year up to this one. */
export function YearPicker(props: { year: number; thisYear: number; onChange: (year: number) => void }): JSX.Element {
  const { t } = useTranslation();
  const { year, thisYear, onChange } = props;
  return (
    <Space.Compact>
      <Button icon={<LeftOutlined />} aria-label={t('cost.previousYear')} onClick={() => onChange(year - 1)} />
      <Button className="year-shown" data-testid="cost-year" onClick={() => onChange(thisYear)}>
        {t('common.yearOnly', { year })}
      </Button>
      <Button
        icon={<RightOutlined />}
        aria-label={t('cost.nextYear')}
        disabled={year >= thisYear}
        onClick={() => onChange(year + 1)}
      />
    </Space.Compact>
  );
}
