import { ArrowLeftOutlined } from '@ant-design/icons';
import { Button, Drawer } from 'antd';
import { useState } from 'react';
import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';

import { MessageDrawer } from './message-drawer.tsx';
import { ProvenanceView } from './provenance-view.tsx';
import type { ReadingBehind } from './reading-behind.ts';
import type { OpenedFigure } from './opened-figure.ts';
import './provenance.css';

/** Where a figure comes from: its parts, meters, registers, corrections, and the bytes behind each reading. */
export function ProvenanceDrawer(props: { figure: OpenedFigure | undefined; onClose: () => void }): JSX.Element {
  const { t } = useTranslation();
  const { figure } = props;
  return (
    <Drawer
      open={figure !== undefined}
      onClose={props.onClose}
      size={760}
      destroyOnHidden
      rootClassName="form-drawer"
      title={t('provenance.title')}
      data-testid="provenance-drawer"
    >
      {figure !== undefined && <Levels key={JSON.stringify(figure)} figure={figure} />}
    </Drawer>
  );
}

function Levels({ figure }: { figure: OpenedFigure }): JSX.Element {
  const { t } = useTranslation();
  // From a roll-up down to the institution that is looked at.
  const [below, setBelow] = useState<OpenedFigure[]>([]);
  const [behind, setBehind] = useState<ReadingBehind>();
  const shown = below.at(-1) ?? figure;
  return (
    <>
      {below.length > 0 && (
        <Button
          size="small"
          type="text"
          icon={<ArrowLeftOutlined />}
          data-testid="provenance-back"
          onClick={() => setBelow(below.slice(0, -1))}
        >
          {t('provenance.back')}
        </Button>
      )}
      <h2 className="provenance-name">{[figure, ...below].map(({ name }) => name).join(' › ')}</h2>
      <ProvenanceView
        key={JSON.stringify(shown.query)}
        query={shown.query}
        onOpen={(one) => setBelow([...below, one])}
        onBehind={setBehind}
      />
      <MessageDrawer reading={behind} onClose={() => setBehind(undefined)} />
    </>
  );
}
