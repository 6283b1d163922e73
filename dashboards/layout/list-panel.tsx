import { Button, Table } from 'antd';
import type { TableColumnsType } from 'antd';
import type { JSX, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import type { PagedList } from '../api-client/use-paged.ts';
import { useFormat } from '../i18n/use-format.ts';
import { Await } from './await.tsx';
import { EmptyState } from './empty-state.tsx';
import { rowProps } from './row-props.ts';
import { ScrollRegion } from './scroll-region.tsx';

/** A list of the API as far as it was asked for, with what narrows it above and what brings more of it below. */
export function ListPanel<T extends object>(props: {
  label: string;
  list: PagedList<T>;
  columns: TableColumnsType<T>;
  rowKey: string | ((row: T) => string);
  testId: string;
  filters?: ReactNode;
  empty: string;
  emptyHint?: string;
  height?: number;
}): JSX.Element {
  const { t } = useTranslation();
  const format = useFormat();
  const { list } = props;
  return (
    <>
      {props.filters !== undefined && <div className="filters list-filters">{props.filters}</div>}
      <Await query={list} height={props.height ?? 320}>
        {(items) => (
          <>
            <ScrollRegion label={props.label}>
              <Table<T>
                size="small"
                rowKey={props.rowKey}
                columns={props.columns}
                dataSource={items}
                pagination={false}
                locale={{ emptyText: <EmptyState text={props.empty} hint={props.emptyHint} /> }}
                onRow={() => rowProps(props.testId)}
              />
            </ScrollRegion>
            {items.length > 0 && (
              <div className="list-more">
                <span>
                  {t(list.hasMore ? 'list.shownOfMore' : 'list.shownAll', { count: format.number(items.length, 0) })}
                </span>
                {list.hasMore && (
                  <Button size="small" loading={list.isLoadingMore} data-testid="list-more" onClick={list.loadMore}>
                    {t('list.more')}
                  </Button>
                )}
              </div>
            )}
          </>
        )}
      </Await>
    </>
  );
}
