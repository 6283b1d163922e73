import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';

import type { Effect } from '../../../services/api/schemas/decision.ts';
import { DataTable } from '../../charts/data-table.tsx';
import { useFormat } from '../../i18n/use-format.ts';
import { useLabels } from '../../i18n/use-labels.ts';
import { Panel } from '../../layout/panel.tsx';
import { effectTables } from './effect-table-data.ts';

/** What a correction changes beyond its meter, table by table; without an entry there is none. */
export function EffectTables({ effect }: { effect: Effect }): JSX.Element {
  const { t } = useTranslation();
  const format = useFormat();
  const labels = useLabels();
  return (
    <>
      {effectTables(effect, t, format, labels).map(({ name, title, table }) => (
        <Panel key={name} title={title} className="span-12" flush>
          <div data-testid={`effect-${name}`}>
            <DataTable title={title} table={table} maxHeight={360} />
          </div>
        </Panel>
      ))}
    </>
  );
}
