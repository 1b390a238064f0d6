import { Schema } from '@stoa/plugin-stoa-common';
import { unwrap, usePages, useStoaClient } from '@stoa/plugin-stoa-react';

export type Application = Schema<'Application'>;
export type ApplicationInput = Schema<'ApplicationInput'>;

const PAGE_SIZE = 50;

/** The reader's own applications, and what can be done to them. */
export function useApplications() {
  const client = useStoaClient();
  const pages = usePages('applications', (cursor, signal) =>
    unwrap(
      client.GET('/v1/applications', {
        params: { query: { limit: PAGE_SIZE, cursor } },
        signal,
      }),
    ),
  );
  return {
    ...pages,
    create: (body: ApplicationInput) =>
      unwrap(client.POST('/v1/applications', { body })),
    update: (id: string, body: ApplicationInput) =>
      unwrap(
        client.PUT('/v1/applications/{application_id}', {
          params: { path: { application_id: id } },
          body,
        }),
      ),
    remove: (id: string) =>
      unwrap(
        client.DELETE('/v1/applications/{application_id}', {
          params: { path: { application_id: id } },
        }),
      ),
  };
}
