import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';

import type { ReadyMappingItem } from '../../../services/api/schemas/binding.ts';

/** How a mapping of the platform's own is used: its topics, what an address looks like, a message as it comes. */
export function ReadyMappingHelp({ mapping }: { mapping: ReadyMappingItem }): JSX.Element {
  const { t, i18n } = useTranslation();
  const language = i18n.language.startsWith('zh') ? 'zh' : 'en';
  const { address, note, topics, examples } = mapping;
  const [example] = examples;
  return (
    <section className="ready-mapping" aria-label={t('binding.readyMapping')}>
      <dl>
        <dt>{t('binding.usualTopics')}</dt>
        <dd>
          {topics.map((topic) => (
            <code key={topic}>{topic}</code>
          ))}
        </dd>
        <dt>{t('binding.addressLooks')}</dt>
        <dd>
          {address[language]} <code>{address.example}</code>
        </dd>
        {note !== null && (
          <>
            <dt>{t('binding.note')}</dt>
            <dd>{note[language]}</dd>
          </>
        )}
        {example !== undefined && (
          <>
            <dt>{t('binding.example')}</dt>
            <dd>
              <code>{example.topic}</code>
              {/* Scrolled without a mouse. */}
              {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
              <pre tabIndex={0}>{JSON.stringify(example.payload, null, 2)}</pre>
            </dd>
          </>
        )}
      </dl>
    </section>
  );
}
