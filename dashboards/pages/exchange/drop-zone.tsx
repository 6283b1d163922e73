import { InboxOutlined } from '@ant-design/icons';
import { useState } from 'react';
import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';

const KINDS = '.xlsx,.csv,.zip';

/** Takes a file that is dropped, or chosen from the computer. */
export function DropZone(props: { disabled: boolean; onFile: (file: File) => void }): JSX.Element {
  const { t } = useTranslation();
  const [isOver, setOver] = useState(false);
  const { disabled, onFile } = props;
  const take = (files: FileList | null): void => {
    const file = files?.[0];
    if (file !== undefined && !disabled) onFile(file);
  };
  return (
    <label
      className={`drop-zone${isOver ? ' over' : ''}`}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        take(event.dataTransfer.files);
      }}
    >
      <input
        type="file"
        accept={KINDS}
        disabled={disabled}
        data-testid="import-file"
        onChange={({ target }) => {
          take(target.files);
          // The same file, mended, may be chosen again.
          target.value = '';
        }}
      />
      <InboxOutlined aria-hidden="true" />
      <strong>{t('exchange.drop')}</strong>
      <span>{t('exchange.kinds')}</span>
    </label>
  );
}
