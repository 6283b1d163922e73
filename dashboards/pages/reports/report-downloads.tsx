import { FileExcelOutlined, FileTextOutlined, FileWordOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';

import { reportFileUrl } from '../../api-client/use-reports.ts';

/** The files of a report. */
export function ReportDownloads(props: { year: number; owner: string; name: string }): JSX.Element {
  const { t } = useTranslation();
  const files = [
    { format: 'docx', text: t('reports.word'), icon: <FileWordOutlined /> },
    { format: 'xlsx', text: t('reports.excel'), icon: <FileExcelOutlined /> },
    { format: 'json', text: t('reports.json'), icon: <FileTextOutlined /> },
  ] as const;
  return (
    <span className="report-files">
      {files.map(({ format, text, icon }) => (
        <Button
          key={format}
          size="small"
          icon={icon}
          href={reportFileUrl(props.year, props.owner, format)}
          download
          aria-label={t('reports.download', { name: props.name, format: text })}
          data-testid={`report-download-${format}`}
        >
          {text}
        </Button>
      ))}
    </span>
  );
}
