import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';

import type { Health } from '../../../services/api/schemas/health.ts';
import { useLabels } from '../../i18n/use-labels.ts';
import { Await } from '../../layout/await.tsx';
import type { Awaited } from '../../layout/await.tsx';
import { Panel } from '../../layout/panel.tsx';
import { storeName, usePartFacts } from './use-part-facts.ts';

/** Each part of the platform: whether it is well, what keeps it from being so, and what it says of itself. */
export function PartsPanel(props: { query: Awaited<Health> }): JSX.Element {
  const { t } = useTranslation();
  const labels = useLabels();
  const factsOf = usePartFacts();
  return (
    <Panel title={t('system.parts')} className="span-12" flush>
      <Await query={props.query} height={280}>
        {({ parts }) => (
          <ul className="part-list">
            {Object.entries(parts).map(([name, part]) => (
              <li key={name} data-testid={`part-${name}`}>
                <span className={part.ok ? 'tag cleared' : 'tag critical'}>
                  {t(part.ok ? 'system.ok' : 'system.notOk')}
                </span>
                <strong>{labels.of('part', name)}</strong>
                <span className="part-facts">
                  {[name === 'series' ? storeName(part) : undefined, ...factsOf(name, part)]
                    .filter((fact) => fact !== undefined)
                    .join(' · ')}
                  {part.detail !== undefined && <span className="part-detail">{part.detail}</span>}
                </span>
              </li>
            ))}
          </ul>
        )}
      </Await>
    </Panel>
  );
}
