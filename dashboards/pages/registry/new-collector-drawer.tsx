import { Button } from 'antd';
import { useState } from 'react';
import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';

import { useChange } from '../../api-client/use-change.ts';
import { EntryForm } from '../../forms/entry-form.tsx';
import { FormDrawer } from '../../forms/form-drawer.tsx';
import { ID_PATTERN } from '../../forms/id-pattern.ts';
import { filledIn, type FormValues } from '../../forms/form-values.ts';
import { TokenNotice } from './token-notice.tsx';

/** Enters a collector and shows its token, this once. One that was heard keeps its name. */
export function NewCollectorDrawer(props: {
  open: boolean;
  /** The name by which it was heard. */
  heardAs?: string | undefined;
  onClose: () => void;
}): JSX.Element {
  const { t } = useTranslation();
  const create = useChange<{ id: string; token: string }>();
  const [made, setMade] = useState<{ id: string; token: string }>();
  const { heardAs } = props;
  const path = heardAs === undefined ? '/collectors' : '/discovery/collectors/adopt';
  const save = async (values: FormValues): Promise<void> => {
    setMade(await create.mutateAsync({ method: 'POST', path, body: filledIn(values) }));
  };
  const close = (): void => {
    setMade(undefined);
    props.onClose();
  };
  return (
    <FormDrawer open={props.open} title={t('collector.add')} onClose={close}>
      {made === undefined ? (
        <EntryForm
          testId="new-collector-form"
          initial={{ id: heardAs, name: heardAs }}
          submit={t('form.enter')}
          onSubmit={save}
          groups={[
            {
              fields: [
                {
                  name: 'id',
                  label: t('collector.id'),
                  kind: 'text',
                  required: true,
                  disabled: heardAs !== undefined,
                  hint: t('collector.idHint'),
                  pattern: ID_PATTERN,
                },
                { name: 'name', label: t('registry.name'), kind: 'text', required: true },
                { name: 'gateway', label: t('collector.gateway'), kind: 'text', hint: t('collector.gatewayHint') },
              ],
            },
          ]}
        />
      ) : (
        <>
          <TokenNotice tokens={[made]} />
          <Button type="primary" onClick={close}>
            {t('collector.noted')}
          </Button>
        </>
      )}
    </FormDrawer>
  );
}
