import { Alert, App, Button, Input } from 'antd';
import { useId, useState } from 'react';
import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';

import type { WeatherImport, WeatherProblem } from '../../../services/api/schemas/weather.ts';
import { ApiProblem } from '../../api-client/api-problem.ts';
import { useChange } from '../../api-client/use-change.ts';
import { DateInput } from '../../forms/date-input.tsx';
import { TakeBackButton } from '../../forms/take-back-button.tsx';
import { ErrorState } from '../../layout/error-state.tsx';
import { Panel } from '../../layout/panel.tsx';
import { ScrollRegion } from '../../layout/scroll-region.tsx';

/** Takes temperatures of a region in from CSV: checked first, then all of them or none; and takes imported ones out. */
export function WeatherImportPanel({ region }: { region: string }): JSX.Element {
  const { t } = useTranslation();
  const sourceId = useId();
  const { message } = App.useApp();
  const change = useChange<WeatherImport>();
  const [source, setSource] = useState('');
  const [file, setFile] = useState<File>();
  const [checked, setChecked] = useState<WeatherImport>();
  const [problem, setProblem] = useState<Error>();
  const send = (chosen: File, dryRun: 0 | 1): void => {
    const body = new FormData();
    body.append('file', chosen);
    setProblem(undefined);
    change.mutate(
      {
        method: 'PUT',
        path: `/weather/${encodeURIComponent(region)}`,
        params: { dryRun, source: source.trim() === '' ? undefined : source.trim() },
        body,
      },
      {
        onSuccess: (result) => {
          if (dryRun === 1) {
            setChecked(result);
            return;
          }
          setChecked(undefined);
          setFile(undefined);
          void message.success(t('weather.done'));
        },
        onError: (error) => setProblem(error),
      },
    );
  };
  return (
    <Panel title={t('weather.import')} className="accounting-panel">
      <p className="form-hint">{t('weather.importHint')}</p>
      <div className="weather-import">
        <label htmlFor={sourceId}>{t('weather.sourceName')}</label>
        <Input
          id={sourceId}
          value={source}
          maxLength={100}
          placeholder={t('weather.sourceHint')}
          onChange={({ target }) => setSource(target.value)}
        />
        <div className="row-buttons">
          <label className="ant-btn ant-btn-default photo-choose">
            <input
              type="file"
              accept=".csv,text/csv"
              className="visually-hidden"
              data-testid="weather-file"
              onChange={({ target }) => {
                const chosen = target.files?.[0];
                // The same file, mended, may be chosen again.
                target.value = '';
                if (chosen === undefined) return;
                setFile(chosen);
                setChecked(undefined);
                send(chosen, 1);
              }}
            />
            {file === undefined ? t('weather.file') : file.name}
          </label>
          {file !== undefined && checked !== undefined && checked.problems.length === 0 && (
            <Button
              type="primary"
              loading={change.isPending}
              data-testid="weather-import"
              onClick={() => send(file, 0)}
            >
              {t('weather.importNow', { count: checked.new + checked.changed })}
            </Button>
          )}
        </div>
      </div>
      {checked !== undefined && checked.problems.length === 0 && (
        <Alert
          type="success"
          showIcon
          data-testid="weather-checked"
          title={t('weather.counts', {
            days: checked.days,
            new: checked.new,
            changed: checked.changed,
            unchanged: checked.unchanged,
          })}
          description={
            checked.firstDate !== null &&
            checked.lastDate !== null &&
            t('weather.rangeOf', { from: checked.firstDate, to: checked.lastDate })
          }
        />
      )}
      {checked !== undefined && checked.problems.length > 0 && <Problems problems={checked.problems} />}
      {problem !== undefined && (
        <ErrorState error={problem instanceof ApiProblem ? problem : new Error(problem.message)} />
      )}
      <Removal region={region} />
    </Panel>
  );
}

function Problems({ problems }: { problems: WeatherProblem[] }): JSX.Element {
  const { t } = useTranslation();
  return (
    <div data-testid="weather-problems">
      <Alert type="error" showIcon title={t('weather.refused', { count: problems.length })} />
      <ScrollRegion label={t('weather.problem')}>
        <table className="plain-table">
          <thead>
            <tr>
              <th scope="col" className="number">
                {t('weather.row')}
              </th>
              <th scope="col">{t('weather.problem')}</th>
            </tr>
          </thead>
          <tbody>
            {problems.map(({ row, code, message }) => (
              <tr key={`${row ?? ''} ${code} ${message}`}>
                <th scope="row" className="number">
                  {row ?? t('weather.whole')}
                </th>
                <td>
                  {t(`weather.problemOf.${code}`)}
                  <span className="under" lang="en">
                    {message}
                  </span>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollRegion>
    </div>
  );
}

function Removal({ region }: { region: string }): JSX.Element {
  const { t } = useTranslation();
  const [from, setFrom] = useState<string>();
  const [to, setTo] = useState<string>();
  return (
    <div className="filters weather-removal">
      <span>{t('weather.remove')}</span>
      <DateInput
        label={t('weather.removeFrom')}
        placeholder={t('weather.removeFrom')}
        value={from ?? null}
        onChange={setFrom}
      />
      <DateInput
        label={t('weather.removeTo')}
        placeholder={t('weather.removeTo')}
        value={to ?? null}
        onChange={setTo}
      />
      {from !== undefined && to !== undefined && (
        <TakeBackButton
          request={{ method: 'DELETE', path: `/weather/${encodeURIComponent(region)}`, params: { from, to } }}
          text={t('form.delete')}
          ask={`${t('weather.remove')} ${t('weather.rangeOf', { from, to })}`}
          label={t('weather.remove')}
        />
      )}
    </div>
  );
}
