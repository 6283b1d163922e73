import { CameraOutlined, DeleteOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { useState } from 'react';
import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';

const TYPES = ['image/jpeg', 'image/png', 'image/webp'];

/** Takes a photograph from the computer or the phone's camera, and shows it; its value is a data URL. A field of a form. */
export function PhotoInput(props: {
  id?: string;
  value?: string;
  onChange?: (dataUrl: string | undefined) => void;
}): JSX.Element {
  const { t } = useTranslation();
  const [problem, setProblem] = useState<string>();
  const take = (file: File | undefined): void => {
    if (file === undefined) return;
    if (!TYPES.includes(file.type)) {
      setProblem(t('manual.wrongType'));
      return;
    }
    const reader = new FileReader();
    reader.addEventListener('load', () => {
      setProblem(undefined);
      if (typeof reader.result === 'string') props.onChange?.(reader.result);
    });
    reader.addEventListener('error', () => setProblem(t('manual.unreadable')));
    reader.readAsDataURL(file);
  };
  return (
    <div className="photo-input">
      {props.value !== undefined && (
        <img src={props.value} alt={t('manual.preview')} className="photo-preview" data-testid="photo-preview" />
      )}
      <div className="row-buttons">
        <label className="ant-btn ant-btn-default photo-choose">
          <input
            id={props.id}
            type="file"
            accept={TYPES.join(',')}
            className="visually-hidden"
            data-testid="photo-file"
            onChange={({ target }) => {
              take(target.files?.[0]);
              // The same file may be chosen again.
              target.value = '';
            }}
          />
          <CameraOutlined aria-hidden="true" /> {t('manual.choosePhoto')}
        </label>
        {props.value !== undefined && (
          <Button icon={<DeleteOutlined />} onClick={() => props.onChange?.(undefined)}>
            {t('manual.dropPhoto')}
          </Button>
        )}
      </div>
      {problem !== undefined && (
        <p className="critical-text" role="alert">
          {problem}
        </p>
      )}
    </div>
  );
}
