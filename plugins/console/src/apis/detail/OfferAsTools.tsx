import { ButtonLink } from '@backstage/ui';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { CurrentTenant } from '../../frame/TenantContext';
import { consoleToolTranslationRef } from '../../i18n/tools/ref';
import { paths } from '../../paths';
import { Api } from '../types';

/** Only a published API is offered, by those who may. */
export function mayOffer(tenant: CurrentTenant, api: Api): boolean {
  return tenant.permissions.create_toolset && api.status === 'published';
}

/** The way from an API to tools made of its operations. */
export function OfferAsTools({ api }: { readonly api: Api }) {
  const { t } = useTranslationRef(consoleToolTranslationRef);
  return (
    <ButtonLink
      variant="secondary"
      href={paths.newToolSet(api.tenant_id, api.api_id)}
    >
      {t('edit.offer')}
    </ButtonLink>
  );
}
