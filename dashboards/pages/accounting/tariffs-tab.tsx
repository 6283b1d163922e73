import { Button } from 'antd';
import { useState } from 'react';
import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';

import type { TariffItem, TariffVersionItem } from '../../../services/api/schemas/tariff.ts';
import { useOne } from '../../api-client/use-one.ts';
import { FormDrawer } from '../../forms/form-drawer.tsx';
import { TakeBackButton } from '../../forms/take-back-button.tsx';
import { useLabels } from '../../i18n/use-labels.ts';
import { Await } from '../../layout/await.tsx';
import { EmptyState } from '../../layout/empty-state.tsx';
import { Panel } from '../../layout/panel.tsx';
import { useMayEdit } from '../../layout/use-may-edit.ts';
import { AssignmentsPanel } from './assignments-panel.tsx';
import { TariffForm, TariffNameForm, VersionForm } from './tariff-form.tsx';
import { TariffPricesView } from './tariff-prices-view.tsx';

/** What is being entered or corrected. */
type Edited =
  | { what: 'new' }
  | { what: 'name'; tariff: TariffItem }
  | { what: 'version'; tariff: TariffItem; version: TariffVersionItem | undefined };

/** Tariffs with every version of their prices, and who pays by which. */
export function TariffsTab(): JSX.Element {
  const { t } = useTranslation();
  const mayEdit = useMayEdit();
  const tariffs = useOne<{ items: TariffItem[] }>('/tariffs');
  const [edited, setEdited] = useState<Edited>();
  const close = (): void => setEdited(undefined);
  const title = (): string => {
    if (edited === undefined) return '';
    if (edited.what === 'new') return t('tariff.add');
    if (edited.what === 'name') return t('tariff.change');
    return edited.version === undefined
      ? `${t('tariff.addVersion')} · ${edited.tariff.name}`
      : t('tariff.changeVersion', { date: edited.version.validFrom });
  };
  return (
    <>
      <AssignmentsPanel tariffs={tariffs.data?.items ?? []} />
      <Panel
        title={t('tariff.title')}
        className="accounting-panel"
        flush
        extra={
          mayEdit && (
            <Button size="small" type="primary" data-testid="add-tariff" onClick={() => setEdited({ what: 'new' })}>
              {t('tariff.add')}
            </Button>
          )
        }
      >
        <p className="panel-note">{t(mayEdit ? 'tariff.hint' : 'accounting.readOnly')}</p>
        <Await query={tariffs} height={200}>
          {({ items }) =>
            items.length === 0 ? (
              <EmptyState text={t('tariff.none')} hint={t('tariff.noneHint')} />
            ) : (
              <>
                {items.map((tariff) => (
                  <Tariff key={tariff.id} tariff={tariff} onEdit={mayEdit ? setEdited : undefined} />
                ))}
              </>
            )
          }
        </Await>
      </Panel>
      <FormDrawer open={edited !== undefined} size={720} title={title()} onClose={close}>
        {edited?.what === 'new' && <TariffForm onDone={close} />}
        {edited?.what === 'name' && <TariffNameForm tariff={edited.tariff} onDone={close} />}
        {edited?.what === 'version' && <VersionForm tariff={edited.tariff} version={edited.version} onDone={close} />}
      </FormDrawer>
    </>
  );
}

function Tariff(props: { tariff: TariffItem; onEdit: ((edited: Edited) => void) | undefined }): JSX.Element {
  const { t } = useTranslation();
  const labels = useLabels();
  const { tariff, onEdit } = props;
  const path = `/tariffs/${encodeURIComponent(tariff.id)}`;
  return (
    <article className="tariff" data-testid="tariff" aria-label={tariff.name}>
      <header>
        <div>
          <h3>
            {tariff.name} <span className="tag">{labels.of('mediumLong', tariff.medium)}</span>
          </h3>
          <p className="faint">
            <span className="code">{tariff.id}</span>
            {tariff.source !== null && ` · ${tariff.source}`}
          </p>
        </div>
        {onEdit !== undefined && (
          <div className="row-buttons">
            <Button
              size="small"
              aria-label={`${t('tariff.addVersion')} ${tariff.name}`}
              onClick={() => onEdit({ what: 'version', tariff, version: undefined })}
            >
              {t('tariff.addVersion')}
            </Button>
            <Button
              size="small"
              aria-label={`${t('form.change')} ${tariff.name}`}
              onClick={() => onEdit({ what: 'name', tariff })}
            >
              {t('form.change')}
            </Button>
            <TakeBackButton
              request={{ method: 'DELETE', path }}
              text={t('form.delete')}
              ask={t('tariff.takeBack', { name: tariff.name })}
              hint={t('tariff.takeBackHint')}
              label={`${t('form.delete')} ${tariff.name}`}
            />
          </div>
        )}
      </header>
      {tariff.versions
        .toSorted((a, b) => b.validFrom.localeCompare(a.validFrom))
        .map((version) => (
          <section key={version.validFrom} aria-label={t('tariff.version', { date: version.validFrom })}>
            <div className="settings-head">
              <strong>{t('tariff.version', { date: version.validFrom })}</strong>
              <span className="tag">{labels.of('tariffKind', version.prices.kind)}</span>
              {onEdit !== undefined && (
                <span className="row-buttons">
                  <Button
                    size="small"
                    type="text"
                    aria-label={`${t('form.amend')} ${tariff.name} ${version.validFrom}`}
                    onClick={() => onEdit({ what: 'version', tariff, version })}
                  >
                    {t('form.amend')}
                  </Button>
                  {tariff.versions.length > 1 && (
                    <TakeBackButton
                      request={{ method: 'DELETE', path: `${path}/versions/${version.validFrom}` }}
                      ask={t('tariff.takeBackVersion', { date: version.validFrom })}
                      hint={t('tariff.takeBackVersionHint')}
                      label={`${t('form.takeBack')} ${tariff.name} ${version.validFrom}`}
                    />
                  )}
                </span>
              )}
            </div>
            <TariffPricesView prices={version.prices} medium={tariff.medium} />
          </section>
        ))}
    </article>
  );
}
