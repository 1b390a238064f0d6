import { ReactNode, useState } from 'react';
import { Button } from '@backstage/ui';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { ConfirmDialog, useAction, useToast } from '@stoa/plugin-stoa-react';
import { portalTranslationRef } from '../i18n/ref';

/** The way out, once it has been said what stops working. */
export function CancelSubscription(props: {
  readonly title: string;
  readonly hint: ReactNode;
  readonly run: () => Promise<unknown>;
  readonly onDone: () => void;
}) {
  const { t } = useTranslationRef(portalTranslationRef);
  const toast = useToast();
  const [asking, setAsking] = useState(false);
  const cancel = useAction(async () => {
    await props.run();
    setAsking(false);
    props.onDone();
    toast(t('subscriptions.cancelledToast'));
  });
  return (
    <>
      <Button
        variant="secondary"
        destructive
        onPress={() => {
          cancel.clear();
          setAsking(true);
        }}
      >
        {t('subscriptions.cancel')}
      </Button>
      <ConfirmDialog
        isOpen={asking}
        onClose={() => setAsking(false)}
        title={props.title}
        confirm={t('subscriptions.cancel')}
        destructive
        pending={cancel.pending}
        error={cancel.error}
        onConfirm={() => cancel.run()}
      >
        {props.hint}
      </ConfirmDialog>
    </>
  );
}
