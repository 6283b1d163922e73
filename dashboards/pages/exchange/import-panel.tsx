import { Alert, Button, Spin } from 'antd';
import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';

import { useFormat } from '../../i18n/use-format.ts';
import { Panel } from '../../layout/panel.tsx';
import { downloadText } from '../../layout/download-text.ts';
import { TokenNotice } from '../registry/token-notice.tsx';
import { DropZone } from './drop-zone.tsx';
import { ImportSummary } from './import-summary.tsx';
import { ProblemsTable } from './problems-table.tsx';
import { useImport, type ImportState } from './use-import.ts';

/** A file on its way into the registry: chosen, checked, mended, brought in. */
export function ImportPanel(): JSX.Element {
  const { t } = useTranslation();
  const { state, check, bringIn, forget } = useImport();
  const isBusy = state.step === 'checking' || state.step === 'importing';
  return (
    <Panel title={t('exchange.import')} className="span-12">
      <p className="form-hint">{t('exchange.importHint')}</p>
      <DropZone disabled={isBusy} onFile={(file) => void check(file)} />
      {isBusy && (
        <p className="import-busy" role="status">
          <Spin size="small" />{' '}
          {t(state.step === 'checking' ? 'exchange.checking' : 'exchange.importing', { name: state.file.name })}
        </p>
      )}
      {state.step === 'failed' && (
        <Alert
          type="error"
          showIcon
          data-testid="import-failed"
          title={t('exchange.failed', { name: state.file.name })}
          description={
            state.problem.status === 0 ? t('exchange.unreadable') : <span lang="en">{state.problem.detail}</span>
          }
        />
      )}
      {(state.step === 'checked' || state.step === 'done') && (
        <Outcome state={state} onImport={() => void bringIn(state.file)} onForget={forget} />
      )}
    </Panel>
  );
}

function Outcome(props: {
  state: Extract<ImportState, { result: unknown }>;
  onImport: () => void;
  onForget: () => void;
}): JSX.Element {
  const { t } = useTranslation();
  const format = useFormat();
  const { file, result, step } = props.state;
  const { problemCount, problems, sheets, tokens, tokensCsv } = result;
  const isRefused = problemCount > 0;
  const isNothing = sheets.every((sheet) => sheet.new + sheet.changed === 0);
  const count = format.number(problemCount, 0);
  const title = (): string => {
    if (step === 'done') return t(result.changed ? 'exchange.done' : 'exchange.doneNothing', { name: file.name });
    if (isRefused) return t('exchange.refused', { name: file.name, count });
    return t(isNothing ? 'exchange.nothing' : 'exchange.ready', { name: file.name });
  };
  return (
    <div
      className="import-outcome"
      data-testid={`import-${step === 'done' ? 'done' : isRefused ? 'refused' : 'ready'}`}
    >
      <Alert
        type={isRefused ? 'error' : step === 'done' ? 'success' : 'info'}
        showIcon
        title={title()}
        description={
          step === 'done'
            ? undefined
            : t(isRefused ? 'exchange.refusedHint' : isNothing ? 'exchange.nothingHint' : 'exchange.readyHint')
        }
      />
      {tokens.length > 0 && (
        <TokenNotice
          tokens={tokens}
          onDownload={tokensCsv === null ? undefined : () => downloadText('collector-tokens.csv', tokensCsv)}
        />
      )}
      {step === 'checked' && (
        <div className="row-buttons">
          {!isRefused && !isNothing && (
            <Button type="primary" data-testid="import-now" onClick={props.onImport}>
              {t('exchange.importNow')}
            </Button>
          )}
          <Button onClick={props.onForget}>{t('exchange.another')}</Button>
        </div>
      )}
      {isRefused && <ProblemsTable problems={problems} count={problemCount} fileName={file.name} />}
      <ImportSummary sheets={sheets} isDone={step === 'done'} isRefused={isRefused} />
    </div>
  );
}
