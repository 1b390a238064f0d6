import { useState } from 'react';
import { Button } from '@backstage/ui';
import { RiAddLine, RiApps2Line } from '@remixicon/react';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import {
  Column,
  ConfirmDialog,
  DataTable,
  EmptyState,
  Page,
  RelativeTime,
  useAction,
  useMe,
  useToast,
} from '@stoa/plugin-stoa-react';
import { portalTranslationRef } from '../i18n/ref';
import { ApplicationDialog } from './ApplicationDialog';
import { RowActions } from './RowActions';
import { Application, useApplications } from './useApplications';

export function ApplicationsPage() {
  const { t } = useTranslationRef(portalTranslationRef);
  const toast = useToast();
  const { data: me } = useMe();
  const applications = useApplications();
  const [editing, setEditing] = useState<Application | 'new'>();
  const [deleting, setDeleting] = useState<Application>();
  const removal = useAction(async (application: Application) => {
    await applications.remove(application.id);
    setDeleting(undefined);
    applications.reload();
    toast(t('applications.deletedToast', { name: application.name }));
  });
  const create = me?.permissions.create_application && (
    <Button iconStart={<RiAddLine />} onPress={() => setEditing('new')}>
      {t('applications.create')}
    </Button>
  );
  const columns: Column<Application>[] = [
    {
      id: 'name',
      label: t('applications.name'),
      cell: row => row.name,
      sortBy: row => row.name,
      isRowHeader: true,
      width: '2fr',
    },
    {
      id: 'description',
      label: t('applications.descriptionLabel'),
      cell: row => row.description ?? '',
      width: '3fr',
    },
    {
      id: 'subscriptions',
      label: t('applications.subscriptions'),
      cell: row => row.subscription_count,
      sortBy: row => row.subscription_count,
      width: 140,
    },
    {
      id: 'created',
      label: t('applications.created'),
      cell: row => <RelativeTime at={row.created_at} />,
      sortBy: row => row.created_at,
      width: 150,
    },
    {
      id: 'actions',
      label: t('applications.actions'),
      cell: row => (
        <RowActions
          application={row}
          onEdit={() => setEditing(row)}
          onDelete={() => {
            removal.clear();
            setDeleting(row);
          }}
        />
      ),
      width: 210,
    },
  ];
  return (
    <Page
      title={t('applications.title')}
      description={t('applications.description')}
      actions={create}
    >
      <DataTable
        label={t('applications.title')}
        columns={columns}
        rows={applications.data}
        error={applications.error}
        onRetry={applications.reload}
        hasMore={applications.hasMore}
        onMore={applications.more}
        textOf={row => `${row.name} ${row.description ?? ''}`}
        empty={
          <EmptyState
            icon={<RiApps2Line size={32} />}
            title={t('applications.empty')}
            action={create}
          >
            {t('applications.emptyHint')}
          </EmptyState>
        }
      />
      <ApplicationDialog
        isOpen={editing !== undefined}
        application={editing === 'new' ? undefined : editing}
        onClose={() => setEditing(undefined)}
        onSave={async input => {
          if (editing && editing !== 'new') {
            await applications.update(editing.id, input);
          } else {
            await applications.create(input);
            toast(t('applications.createdToast', { name: input.name }));
          }
          setEditing(undefined);
          applications.reload();
        }}
      />
      <ConfirmDialog
        isOpen={deleting !== undefined}
        onClose={() => setDeleting(undefined)}
        title={t('applications.deleteTitle', { name: deleting?.name ?? '' })}
        confirm={t('applications.delete')}
        destructive
        pending={removal.pending}
        error={removal.error}
        onConfirm={() => deleting && removal.run(deleting)}
      >
        {t('applications.deleteHint')}
      </ConfirmDialog>
    </Page>
  );
}
