import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';

import type { LifeEntry } from '../../../services/api/schemas/meter-life.ts';
import type { Meter } from '../../../services/api/schemas/meter.ts';
import { wallTimeOf } from '../../api-client/local-date.ts';
import { useChange } from '../../api-client/use-change.ts';
import { EntryForm } from '../../forms/entry-form.tsx';
import { changesOf, filledIn, type FormValues } from '../../forms/form-values.ts';
import { useLifeFields } from './use-life-fields.tsx';
import { draftOf, writtenShares } from './written-shares.ts';

const DEVICE = ['registerModulus', 'ratedMaximum', 'address', 'certificate', 'certificateExpires'] as const;

/** Enters what happened to a meter, or corrects what was entered. */
export function LifeForm(props: {
  meter: Meter;
  kind: LifeEntry['kind'];
  entry: LifeEntry | undefined;
  onDone: () => void;
}): JSX.Element {
  const { t } = useTranslation();
  const change = useChange();
  const fields = useLifeFields(props.meter, props.kind);
  const { meter, kind, entry } = props;
  const initial = entry === undefined ? beginningOf(meter, kind) : valuesOf(entry);
  const path = `/meters/${encodeURIComponent(meter.id)}/life`;
  const save = async (values: FormValues): Promise<void> => {
    if (entry === undefined) {
      await change.mutateAsync({
        method: 'POST',
        path,
        body: { kind, ...registersOf(values), ...filledIn(written(values)) },
      });
    } else {
      const body = written(changesOf(initial, values));
      if (Object.keys(body).length > 0) {
        await change.mutateAsync({ method: 'PATCH', path: `${path}/${encodeURIComponent(entry.id)}`, body });
      }
    }
    props.onDone();
  };
  return (
    <>
      <p className="form-hint">{t(`life.about.${kind}`)}</p>
      <EntryForm
        testId="life-form"
        groups={[{ fields }]}
        initial={initial}
        submit={t(entry === undefined ? 'form.enter' : 'form.save')}
        onSubmit={save}
      />
    </>
  );
}

/** A register that was left blank is one that nobody could read: that is said, not left out. */
function registersOf(values: FormValues): FormValues {
  const names = ['closingRegister', 'openingRegister'].filter((name) => Object.hasOwn(values, name));
  return Object.fromEntries(names.map((name) => [name, null]));
}

/** As the API takes it: the wall time of Shanghai with its offset, shares without their blanks. */
function written(values: FormValues): FormValues {
  const { at, shares, ...others } = values;
  return {
    ...others,
    ...(typeof at === 'string' ? { at: `${at.length === 16 ? `${at}:00` : at}+08:00` } : {}),
    ...(shares === undefined ? {} : { shares: writtenShares(shares) }),
  };
}

function beginningOf(meter: Meter, kind: LifeEntry['kind']): FormValues {
  if (kind === 'move') return { shares: draftOf(meter.shares) };
  // The new device is usually of the same make: what it shares with the old one need not be typed.
  if (kind === 'replacement') return { registerModulus: meter.registerModulus, ratedMaximum: meter.ratedMaximum };
  return {};
}

function valuesOf(entry: LifeEntry): FormValues {
  const { at, date, after, closingRegister, openingRegister, note } = entry;
  const device = Object.fromEntries(DEVICE.map((name) => [name, after?.[name]]));
  return {
    ...device,
    ...(at === null ? { date } : { at: wallTimeOf(at).slice(0, 16) }),
    closingRegister,
    openingRegister,
    multiplier: after?.multiplier,
    shares: after?.shares === undefined ? undefined : draftOf(after.shares),
    note,
  };
}
