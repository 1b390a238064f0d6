import { ReactNode, useEffect, useState } from 'react';
import {
  Button,
  Dialog,
  DialogBody,
  DialogFooter,
  DialogHeader,
  TextAreaField,
} from '@backstage/ui';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { Problem } from '../client';
import { stoaTranslationRef } from '../i18n/ref';
import { ErrorPanel } from '../state/ErrorPanel';

const REASON_MAX = 1000;

/**
 * Asks before something is done that others notice: says what will happen, and
 * takes the reason where one is owed. Closing is left to the caller, so that a
 * failure stays in view.
 */
export function ConfirmDialog(props: {
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly title: string;
  readonly children: ReactNode;
  /** What the button does, in words. */
  readonly confirm: string;
  readonly destructive?: boolean;
  /** Label of the reason; with it a reason must be given. */
  readonly reason?: string;
  /** Why it cannot be confirmed just now is said in the children. */
  readonly blocked?: boolean;
  readonly pending?: boolean;
  readonly error?: Problem;
  readonly onConfirm: (reason: string) => void;
}) {
  const { t } = useTranslationRef(stoaTranslationRef);
  const [reason, setReason] = useState('');
  useEffect(() => {
    if (props.isOpen) setReason('');
  }, [props.isOpen]);
  const incomplete = props.reason !== undefined && !reason.trim();
  return (
    <Dialog
      isOpen={props.isOpen}
      onOpenChange={open => !open && props.onClose()}
      isDismissable
      width={480}
    >
      <DialogHeader>{props.title}</DialogHeader>
      <DialogBody>
        <div style={{ display: 'grid', gap: 'var(--bui-space-3)' }}>
          <div>{props.children}</div>
          {props.reason !== undefined && (
            <TextAreaField
              label={props.reason}
              isRequired
              secondaryLabel={t('common.required')}
              maxLength={REASON_MAX}
              rows={3}
              value={reason}
              onChange={setReason}
            />
          )}
          {props.error && <ErrorPanel error={props.error} />}
        </div>
      </DialogBody>
      <DialogFooter>
        <Button variant="secondary" onPress={props.onClose}>
          {t('common.cancel')}
        </Button>
        <Button
          destructive={props.destructive}
          isDisabled={incomplete || props.blocked}
          isPending={props.pending}
          onPress={() => props.onConfirm(reason.trim())}
        >
          {props.confirm}
        </Button>
      </DialogFooter>
    </Dialog>
  );
}
