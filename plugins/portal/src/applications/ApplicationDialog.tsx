import { useEffect, useState } from 'react';
import {
  Button,
  Dialog,
  DialogBody,
  DialogFooter,
  DialogHeader,
  TextAreaField,
  TextField,
} from '@backstage/ui';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import {
  ErrorPanel,
  stoaTranslationRef,
  useAction,
} from '@stoa/plugin-stoa-react';
import { portalTranslationRef } from '../i18n/ref';
import { Application, ApplicationInput } from './useApplications';

const NAME_MAX = 100;
const DESCRIPTION_MAX = 1000;

/** Creates an application, or changes the one given. */
export function ApplicationDialog(props: {
  readonly isOpen: boolean;
  readonly application?: Application;
  readonly onClose: () => void;
  readonly onSave: (input: ApplicationInput) => Promise<unknown>;
}) {
  const { t } = useTranslationRef(portalTranslationRef);
  const { t: shared } = useTranslationRef(stoaTranslationRef);
  const { application, isOpen } = props;
  const [name, setName] = useState('');
  const [description, setDescription] = useState('');
  const save = useAction(props.onSave);
  const { clear } = save;
  useEffect(() => {
    if (!isOpen) return;
    setName(application?.name ?? '');
    setDescription(application?.description ?? '');
    clear();
  }, [isOpen, application, clear]);
  const label = application
    ? t('applications.save', { name })
    : t('applications.createNamed', { name });
  const submit = () =>
    save.run({
      name: name.trim(),
      ...(description.trim() ? { description: description.trim() } : {}),
    });
  return (
    <Dialog
      isOpen={isOpen}
      onOpenChange={open => !open && props.onClose()}
      width={480}
    >
      <DialogHeader>
        {application
          ? t('applications.editTitle', { name: application.name })
          : t('applications.createTitle')}
      </DialogHeader>
      <DialogBody>
        <form
          id="application"
          style={{ display: 'grid', gap: 'var(--bui-space-4)' }}
          onSubmit={event => {
            event.preventDefault();
            if (name.trim()) submit();
          }}
        >
          <TextField
            label={t('applications.name')}
            description={t('applications.nameHint')}
            isRequired
            secondaryLabel={shared('common.required')}
            maxLength={NAME_MAX}
            value={name}
            onChange={setName}
          />
          <TextAreaField
            label={t('applications.descriptionLabel')}
            maxLength={DESCRIPTION_MAX}
            rows={3}
            value={description}
            onChange={setDescription}
          />
          {save.error && <ErrorPanel error={save.error} />}
        </form>
      </DialogBody>
      <DialogFooter>
        <Button variant="secondary" onPress={props.onClose}>
          {shared('common.cancel')}
        </Button>
        <Button
          type="submit"
          form="application"
          isDisabled={!name.trim()}
          isPending={save.pending}
        >
          {name.trim() ? label : t('applications.create')}
        </Button>
      </DialogFooter>
    </Dialog>
  );
}
