import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { useLocale } from '@stoa/plugin-stoa-react';
import { consoleTranslationRef } from '../i18n/ref';

const MS_PER_S = 1000;

/** How long something took; nothing while it is on its way. */
export function Took(props: {
  readonly from?: string | null;
  readonly to?: string | null;
}) {
  const { t } = useTranslationRef(consoleTranslationRef);
  const number = new Intl.NumberFormat(useLocale(), {
    maximumFractionDigits: 1,
  });
  if (!props.from || !props.to) return null;
  const ms = Math.max(0, Date.parse(props.to) - Date.parse(props.from));
  return ms < MS_PER_S ? (
    <>{t('deployments.milliseconds', { n: number.format(ms) })}</>
  ) : (
    <>{t('deployments.seconds', { n: number.format(ms / MS_PER_S) })}</>
  );
}
