import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { translationApiRef } from '@backstage/frontend-plugin-api';
import { renderInTestApp } from '@backstage/frontend-test-utils';
import { ErrorCode } from '@stoa/plugin-stoa-common';
import { frenchTranslations } from '../__testUtils__/frenchTranslations';
import { Problem } from '../client';
import { ErrorPanel } from './ErrorPanel';

describe('ErrorPanel', () => {
  it('says what happened, which rule decided, what would be enough, and the reference', async () => {
    const onRetry = jest.fn();
    renderInTestApp(
      <ErrorPanel
        onRetry={onRetry}
        error={
          new Problem({
            code: 'stoa.forbidden',
            message: 'Refused by the rule "role".',
            status: 403,
            details: { rule: 'role', missing: ['role:devops'] },
            correlationId: '0199a1de-0000-7000-8000-00000000abcd',
          })
        }
      />,
    );
    const alert = await screen.findByRole('alert');
    expect(alert).toHaveTextContent('You may not do this');
    expect(alert).not.toHaveTextContent('Refused by the rule');
    expect(alert).toHaveTextContent('“role”');
    expect(alert).toHaveTextContent('the role DevOps');
    expect(alert).toHaveTextContent('Ask an administrator');
    expect(alert).toHaveTextContent('…0000abcd');
    await userEvent.click(screen.getByRole('button', { name: 'Try again' }));
    expect(onRetry).toHaveBeenCalled();
  });

  it('names the places of a document, and speaks plainly of what it does not know', async () => {
    renderInTestApp(
      <>
        <ErrorPanel
          error={
            new Problem({
              code: 'stoa.definition.invalid',
              message: 'Mend the document.',
              status: 422,
              details: [{ message: 'A colon is missing', line: 3, column: 7 }],
            })
          }
        />
        <ErrorPanel error={new TypeError('Failed to fetch')} />
        <ErrorPanel error="boom" />
      </>,
    );
    const alerts = await screen.findAllByRole('alert');
    expect(alerts[0]).toHaveTextContent('line 3, column 7: A colon is missing');
    expect(alerts[1]).toHaveTextContent('does not answer right now');
    expect(alerts[2]).toHaveTextContent('went wrong on our side');
    expect(alerts[2]).toHaveTextContent('boom');
  });

  it('speaks French, fields by name, and marks what it can only repeat', async () => {
    const problem = (
      code: ErrorCode,
      message: string,
      status: number,
      details?: unknown,
    ) => <ErrorPanel error={new Problem({ code, message, status, details })} />;
    renderInTestApp(
      <>
        {problem('stoa.validation', 'display_name: is required', 400, [
          { field: 'display_name', message: 'is required' },
          { field: 'environments.0.backend_url', message: 'is odd' },
        ])}
        {problem(
          'stoa.rate_limited',
          'You have 10 applications. Delete those you do not use.',
          429,
        )}
        {problem(
          'stoa.rate_limited',
          'You asked too often. Try again in 7 s.',
          429,
          { retry_after: 7 },
        )}
        {problem('stoa.conflict', 'Two things at once.', 409)}
        {problem('stoa.subscription.own_request', 'Nobody decides…', 403)}
        {problem('stoa.later' as ErrorCode, 'A code of tomorrow.', 418)}
      </>,
      { apis: [[translationApiRef, frenchTranslations()]] },
    );
    const [fields, limit, pace, conflict, own, later] =
      await screen.findAllByRole('alert');
    expect(fields).toHaveTextContent('Nom : cette valeur est obligatoire');
    expect(fields).toHaveTextContent('Environnements › 1 › Adresse du service');
    expect(fields).not.toHaveTextContent('is required');
    expect(within(fields).getByText('is odd')).toHaveAttribute('lang', 'en');
    expect(limit).toHaveTextContent(
      'Vous avez atteint une limiteVous avez 10 applications.',
    );
    expect(pace).toHaveTextContent(
      'Trop de demandes à la foisRéessayez dans 7 s.',
    );
    expect(within(conflict).getByText('Two things at once.')).toHaveAttribute(
      'lang',
      'en',
    );
    expect(own).not.toHaveTextContent('Nobody');
    expect(later).toHaveTextContent('A code of tomorrow.');
  });
});
