import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';

import type { ProvenancePoint } from '../../../services/api/schemas/provenance.ts';
import { useFormat } from '../../i18n/use-format.ts';
import type { ReadingBehind } from './reading-behind.ts';

/** A register at an instant: where it is from, and the way to its bytes or its photograph. */
export function PointView(props: {
  point: Omit<ProvenancePoint, 'between'> & Pick<ProvenancePoint, 'between'>;
  unit: string;
  onBehind: (reading: ReadingBehind) => void;
}): JSX.Element {
  const { t } = useTranslation();
  const format = useFormat();
  const { point, unit, onBehind } = props;
  return (
    <span className="provenance-point">
      <b>{format.entered(point.register, unit)}</b> <span className="nowrap">{format.dateTimeSeconds(point.ts)}</span>{' '}
      <span className="faint">{t(`provenance.source.${point.source}`)}</span>{' '}
      <BehindLink
        link={point.link}
        isPhoto={point.source === 'manual'}
        ts={point.ts}
        register={point.register}
        unit={unit}
        onBehind={onBehind}
      />
      {point.between?.map(({ ts, register, link }) => (
        <span key={ts} className="provenance-between">
          {format.entered(register, unit)} <span className="nowrap">{format.dateTimeSeconds(ts)}</span>{' '}
          <BehindLink link={link} isPhoto={false} ts={ts} register={register} unit={unit} onBehind={onBehind} />
        </span>
      ))}
    </span>
  );
}

/** The way to the bytes of a reading, or to its photograph; nothing where there is neither. */
export function BehindLink(props: {
  link: string | null;
  isPhoto: boolean;
  ts: string;
  register: number | undefined;
  unit: string;
  onBehind: (reading: ReadingBehind) => void;
}): JSX.Element | null {
  const { t } = useTranslation();
  const format = useFormat();
  const { link, isPhoto, ts, register, unit } = props;
  if (link === null) return null;
  const time = format.dateTimeSeconds(ts);
  return (
    <button
      type="button"
      className="link-button"
      data-testid={isPhoto ? 'open-photo' : 'open-bytes'}
      aria-label={t(isPhoto ? 'provenance.photoOf' : 'provenance.bytesOf', { time })}
      onClick={() => props.onBehind({ source: isPhoto ? 'photo' : 'message', ts, register, unit, link })}
    >
      {t(isPhoto ? 'manual.photo' : 'provenance.bytes')}
    </button>
  );
}
