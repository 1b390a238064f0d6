import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { renderInTestApp } from '@backstage/frontend-test-utils';
import { Secret } from './Secret';

const KEY = 'stoa_sk_aB3cD4eF5gH6iJ7kL8mN9oP0qR1sT2uV';

describe('Secret', () => {
  it('hides the key until asked, copies it whole, and goes when it is stored', async () => {
    const user = userEvent.setup();
    const write = jest.spyOn(navigator.clipboard, 'writeText');
    const onStored = jest.fn();
    const { container } = renderInTestApp(
      <Secret value={KEY} fileName="crm-api.key" onStored={onStored} />,
    );
    const show = await screen.findByRole('button', { name: 'Show the key' });
    expect(container).not.toHaveTextContent(KEY);
    expect(container).toHaveTextContent('stoa_sk_aB3c');

    await user.click(screen.getByRole('button', { name: 'Copy' }));
    expect(write).toHaveBeenCalledWith(KEY);
    expect(container).not.toHaveTextContent(KEY);

    await user.click(show);
    expect(container).toHaveTextContent(KEY);
    await user.click(screen.getByRole('button', { name: 'Hide the key' }));
    expect(container).not.toHaveTextContent(KEY);

    await user.click(screen.getByRole('button', { name: 'I have stored it' }));
    expect(onStored).toHaveBeenCalledTimes(1);
  });
});
