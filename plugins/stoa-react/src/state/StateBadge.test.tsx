import { screen } from '@testing-library/react';
import { renderInTestApp } from '@backstage/frontend-test-utils';
import { StateBadge } from './StateBadge';
import { Status, TONE_OF_STATUS } from './states';

describe('StateBadge', () => {
  it('shows every status as a word with one of the six states', async () => {
    const statuses = Object.keys(TONE_OF_STATUS) as Status[];
    renderInTestApp(
      <>
        {statuses.map(status => (
          <StateBadge key={status} status={status} />
        ))}
        <StateBadge status="failed" label="Denied twice" />
      </>,
    );
    expect(await screen.findByText('Denied twice')).toHaveAttribute(
      'data-tone',
      'failed',
    );
    expect(screen.getByText('Succeeded')).toHaveAttribute(
      'data-tone',
      'active',
    );
    expect(screen.getByText('Pending')).toHaveAttribute('data-tone', 'pending');
    expect(new Set(Object.values(TONE_OF_STATUS)).size).toBe(6);
  });
});
