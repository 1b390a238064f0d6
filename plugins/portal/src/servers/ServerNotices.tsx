import { Alert } from '@backstage/ui';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { portalToolTranslationRef } from '../i18n/tools/ref';
import { ServerDetails } from './useServer';

/** Whatever keeps the reader from calling its tools just now, and what ends that. */
export function ServerNotices({ server }: { readonly server: ServerDetails }) {
  const { t } = useTranslationRef(portalToolTranslationRef);
  if (server.status === 'inactive') {
    return <Alert status="warning" icon title={t('notice.inactive')} />;
  }
  if (!server.deployed) {
    return <Alert status="warning" icon title={t('notice.notDeployed')} />;
  }
  const status = server.subscription?.status;
  if (status === 'pending') {
    return <Alert status="info" icon title={t('notice.pending')} />;
  }
  if (status === 'suspended') {
    return <Alert status="warning" icon title={t('notice.suspended')} />;
  }
  if (!status && server.permissions.call) {
    return <Alert status="info" icon title={t('notice.byRole')} />;
  }
  return null;
}
