import { Alert, Button, Typography } from 'antd';
import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';

import { downloadText } from '../../layout/download-text.ts';

/** More are in the file alone. */
const SHOWN = 10;

/** Tokens of collectors, to be copied or kept as a file: they are shown this once. */
export function TokenNotice(props: {
  tokens: readonly { id: string; token: string }[];
  /** Gives them as a file, where the platform made one. */
  onDownload?: (() => void) | undefined;
}): JSX.Element {
  const { t } = useTranslation();
  const { tokens } = props;
  const save = (): void =>
    downloadText(
      'collector-tokens.csv',
      `\uFEFF${[['collector', 'token'], ...tokens.map(({ id, token }) => [id, token])].map((row) => row.join(',')).join('\r\n')}\r\n`,
    );
  return (
    <Alert
      type="warning"
      showIcon
      className="token-notice"
      data-testid="token-notice"
      title={t('collector.tokenOnce')}
      description={
        <>
          <ul className="token-list">
            {tokens.slice(0, SHOWN).map(({ id, token }) => (
              <li key={id}>
                <span>{t('collector.tokenOf', { id })}</span>
                <Typography.Text
                  code
                  copyable={{ text: token, tooltips: [t('collector.copy'), t('collector.copied')] }}
                  data-testid="token"
                >
                  {token}
                </Typography.Text>
              </li>
            ))}
          </ul>
          {tokens.length > SHOWN && <p>{t('collector.moreTokens', { count: tokens.length - SHOWN })}</p>}
          <Button size="small" onClick={props.onDownload ?? save}>
            {t('collector.download')}
          </Button>
        </>
      }
    />
  );
}
