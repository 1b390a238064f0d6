import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { renderInTestApp } from '@backstage/frontend-test-utils';
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
            message: 'You may not publish this API.',
            status: 403,
            details: { rule: 'tenant-role', missing: ['role:devops'] },
            correlationId: '0199a1de-0000-7000-8000-00000000abcd',
          })
        }
      />,
    );
    const alert = await screen.findByRole('alert');
    expect(alert).toHaveTextContent('You may not do this');
    expect(alert).toHaveTextContent('You may not publish this API.');
    expect(alert).toHaveTextContent('“tenant-role”');
    expect(alert).toHaveTextContent('role:devops');
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
  });
});
