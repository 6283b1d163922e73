import type { EChartsType } from 'echarts/core';
import { useEffect, useRef, useState } from 'react';
import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';

import { countPoints } from './chart-spec.ts';
import type { ChartSpec } from './chart-spec.ts';

/** Draws a chart once its library is there, and follows the size of its place. */
export function ChartView(props: {
  name: string;
  title: string;
  spec: ChartSpec;
  height: number;
  /** Told which place of the category axis was clicked, counted from 0; the table offers the same by keyboard. */
  onPick?: ((index: number) => void) | undefined;
}): JSX.Element {
  const { t } = useTranslation();
  const place = useRef<HTMLDivElement>(null);
  const [chart, setChart] = useState<EChartsType>();
  const [failed, setFailed] = useState(false);

  useEffect(() => {
    const element = place.current;
    if (element === null) return undefined;
    let opened: EChartsType | undefined;
    let closed = false;
    const observer = new ResizeObserver(() => opened?.resize());
    import('./echarts-core.ts').then(
      ({ openChart }) => {
        if (closed) return;
        opened = openChart(element);
        observer.observe(element);
        setChart(opened);
      },
      () => setFailed(true),
    );
    return () => {
      closed = true;
      observer.disconnect();
      opened?.dispose();
    };
  }, []);

  useEffect(() => {
    if (chart === undefined || chart.isDisposed()) return;
    chart.setOption(props.spec.option, { notMerge: true });
    // For those who look from outside: what is drawn by now.
    if (place.current !== null) place.current.dataset['points'] = String(countPoints(props.spec.table));
  }, [chart, props.spec]);

  const { onPick } = props;
  useEffect(() => {
    if (chart === undefined || chart.isDisposed() || onPick === undefined) return undefined;
    // A click anywhere above a bar means it: a low bar, and a gap, could not be hit otherwise.
    const pick = ({ offsetX, offsetY }: { offsetX: number; offsetY: number }): void => {
      if (!chart.containPixel('grid', [offsetX, offsetY])) return;
      onPick(chart.convertFromPixel({ xAxisIndex: 0 }, offsetX));
    };
    chart.getZr().on('click', pick);
    return () => {
      if (!chart.isDisposed()) chart.getZr().off('click', pick);
    };
  }, [chart, onPick]);

  if (failed) return <p role="alert">{t('chart.failed')}</p>;
  return (
    <div
      ref={place}
      role="img"
      aria-label={t('chart.label', { title: props.title })}
      data-testid={`chart-${props.name}`}
      data-points="0"
      style={{ height: props.height }}
    />
  );
}
