import { LeftOutlined, RightOutlined } from '@ant-design/icons';
import { Button, DatePicker, Space } from 'antd';
import dayjs from 'dayjs';
import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';

import { addDays } from '../../api-client/local-date.ts';
import type { LocalDate } from '../../api-client/local-date.ts';

/** Chooses a day up to today. Dates are calendar dates: the browser's zone plays no part. */
export function DayPicker(props: {
  date: LocalDate;
  today: LocalDate;
  onChange: (date: LocalDate) => void;
}): JSX.Element {
  const { t } = useTranslation();
  const { date, today, onChange } = props;
  return (
    <Space.Compact>
      <Button
        icon={<LeftOutlined />}
        aria-label={t('common.previousDay')}
        onClick={() => onChange(addDays(date, -1))}
      />
      <DatePicker
        value={dayjs(date)}
        allowClear={false}
        showNow={false}
        aria-label={t('common.date')}
        data-testid="day-picker"
        disabledDate={(day) => day.format('YYYY-MM-DD') > today}
        onChange={(day) => onChange(day?.format('YYYY-MM-DD') ?? today)}
      />
      <Button
        icon={<RightOutlined />}
        aria-label={t('common.nextDay')}
        disabled={date >= today}
        onClick={() => onChange(addDays(date, 1))}
      />
      <Button disabled={date === today} onClick={() => onChange(today)}>
        {t('common.today')}
      </Button>
    </Space.Compact>
  );
}
