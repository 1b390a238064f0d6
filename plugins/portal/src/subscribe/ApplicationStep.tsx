import { useState } from 'react';
import { Button, Radio, RadioGroup } from '@backstage/ui';
import { RiAddLine } from '@remixicon/react';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import {
  EmptyState,
  Section,
  stoaTranslationRef,
} from '@stoa/plugin-stoa-react';
import { ApplicationDialog } from '../applications/ApplicationDialog';
import { useApplications } from '../applications/useApplications';
import { portalTranslationRef } from '../i18n/ref';
import styles from './subscribe.module.css';

export function ApplicationStep(props: {
  readonly applications: ReturnType<typeof useApplications>;
  readonly chosen?: string;
  readonly onChosen: (id: string) => void;
}) {
  const { t } = useTranslationRef(portalTranslationRef);
  const { t: shared } = useTranslationRef(stoaTranslationRef);
  const { applications } = props;
  const items = applications.data ?? [];
  const [picked, setPicked] = useState(props.chosen ?? items[0]?.id);
  const [creating, setCreating] = useState(false);
  const create = (
    <Button
      variant={items.length > 0 ? 'secondary' : 'primary'}
      iconStart={<RiAddLine />}
      onPress={() => setCreating(true)}
    >
      {t('subscribe.newApplication')}
    </Button>
  );
  return (
    <Section title={t('subscribe.whichApplication')}>
      {items.length === 0 ? (
        <EmptyState title={t('applications.empty')} action={create}>
          {t('applications.description')}
        </EmptyState>
      ) : (
        <>
          <RadioGroup
            aria-label={t('subscribe.whichApplication')}
            value={picked}
            onChange={setPicked}
          >
            {items.map(item => (
              <Radio key={item.id} value={item.id}>
                {item.name}
              </Radio>
            ))}
          </RadioGroup>
          <div className={styles.buttons}>
            {create}
            {applications.hasMore && (
              <Button variant="secondary" onPress={applications.more}>
                {shared('common.loadMore')}
              </Button>
            )}
            <Button
              isDisabled={!picked}
              onPress={() => picked && props.onChosen(picked)}
            >
              {shared('common.next')}
            </Button>
          </div>
        </>
      )}
      <ApplicationDialog
        isOpen={creating}
        onClose={() => setCreating(false)}
        onSave={async input => {
          const created = await applications.create(input);
          setCreating(false);
          applications.reload();
          props.onChosen(created.id);
        }}
      />
    </Section>
  );
}
