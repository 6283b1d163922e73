import { Button } from 'antd';
import type { JSX, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import type { LifeEntry, MeterLifeAnswer } from '../../../services/api/schemas/meter-life.ts';
import type { Meter } from '../../../services/api/schemas/meter.ts';
import { TakeBackButton } from '../../forms/take-back-button.tsx';
import { useFormat } from '../../i18n/use-format.ts';
import { useLabels } from '../../i18n/use-labels.ts';
import { useLifeWords } from './use-life-words.ts';

/** The life of a meter from its beginning on, the newest last, as it happened. */
export function LifeList(props: {
  meter: Meter;
  life: MeterLifeAnswer;
  onCorrect: ((entry: LifeEntry) => void) | undefined;
  onCorrectBeginning: (() => void) | undefined;
}): JSX.Element {
  const { t } = useTranslation();
  const format = useFormat();
  const labels = useLabels();
  const words = useLifeWords(props.meter);
  const { meter, life, onCorrect, onCorrectBeginning } = props;
  return (
    <ol className="life-list">
      <Moment when={t('life.beginning')} facts={words.ofBeginning(life.beginning)}>
        {onCorrectBeginning !== undefined && (
          <Button size="small" data-testid="correct-beginning" onClick={onCorrectBeginning}>
            {t('form.amend')}
          </Button>
        )}
      </Moment>
      {life.items.map((entry) => (
        <Moment
          key={entry.id}
          when={entry.at === null ? entry.date : format.dateTime(entry.at)}
          kind={labels.of('lifeKind', entry.kind)}
          facts={words.ofEntry(entry)}
          note={entry.note}
          by={
            entry.by === null || entry.enteredAt === null
              ? undefined
              : t('life.enteredBy', { user: entry.by, time: format.dateTime(entry.enteredAt) })
          }
        >
          {onCorrect !== undefined && (
            <>
              <Button
                size="small"
                aria-label={`${t('form.amend')} ${labels.of('lifeKind', entry.kind)} ${entry.date}`}
                onClick={() => onCorrect(entry)}
              >
                {t('form.amend')}
              </Button>
              <TakeBackButton
                request={{
                  method: 'DELETE',
                  path: `/meters/${encodeURIComponent(meter.id)}/life/${encodeURIComponent(entry.id)}`,
                }}
                ask={t('life.takeBackAsk', { kind: labels.of('lifeKind', entry.kind), date: entry.date })}
                hint={t('life.takeBackHint')}
                label={`${t('form.takeBack')} ${labels.of('lifeKind', entry.kind)} ${entry.date}`}
                testId="take-back-life"
              />
            </>
          )}
        </Moment>
      ))}
    </ol>
  );
}

function Moment(props: {
  when: string;
  kind?: string;
  facts: string[];
  note?: string | null;
  by?: string | undefined;
  children: ReactNode;
}): JSX.Element {
  return (
    <li data-testid="life-entry">
      <span className="life-when">{props.when}</span>
      <div className="life-what">
        {props.kind !== undefined && <strong>{props.kind}</strong>}
        <ul>
          {props.facts.map((fact) => (
            <li key={fact}>{fact}</li>
          ))}
        </ul>
        {props.note != null && props.note !== '' && <p className="life-note">{props.note}</p>}
        {props.by !== undefined && <p className="faint life-by">{props.by}</p>}
      </div>
      <div className="row-buttons">{props.children}</div>
    </li>
  );
}
