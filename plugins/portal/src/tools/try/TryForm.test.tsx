import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { configApiRef, fetchApiRef } from '@backstage/frontend-plugin-api';
import { mockApis, renderInTestApp } from '@backstage/frontend-test-utils';
import { McpTool } from '../../servers/useServer';
import { TryForm } from './TryForm';

const TOOL: McpTool = {
  name: 'createOrder',
  full_name: 'acme-corp__crm-tools__createOrder',
  description: 'Places an order.',
  deployed: true,
  server: {
    id: '0199a1de-0000-7000-8000-000000000001',
    tenant_id: 'acme-corp',
    tenant_name: 'ACME Corporation',
    slug: 'crm-tools',
    display_name: 'CRM tools',
    path: '/mcp/t/acme-corp/crm-tools',
  },
  inputSchema: {
    type: 'object',
    required: ['customer_id', 'lines'],
    properties: {
      customer_id: { type: 'string' },
      lines: {
        type: 'array',
        items: {
          type: 'object',
          required: ['quantity'],
          properties: {
            sku: { type: 'string' },
            quantity: { type: 'integer' },
          },
        },
      },
      gift: {
        type: 'object',
        required: ['to'],
        properties: { to: { type: 'string' } },
      },
      labels: { type: 'object', additionalProperties: { type: 'string' } },
    },
  },
};

function json(body: unknown, status = 200): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: { 'content-type': 'application/json' },
  });
}

async function start(answer: () => Response, tool = TOOL) {
  const fetch = jest.fn(async () => answer());
  renderInTestApp(<TryForm tool={tool} />, {
    apis: [
      [fetchApiRef, { fetch }],
      [
        configApiRef,
        mockApis.config({
          data: {
            app: { baseUrl: 'http://localhost' },
            backend: { baseUrl: 'http://localhost:7007/' },
          },
        }),
      ],
    ],
  });
  const call = await screen.findByRole('button', { name: /^Call / });
  const sent = () => {
    const calls: unknown[][] = fetch.mock.calls;
    const [url, init] = calls[calls.length - 1];
    return { url, body: JSON.parse(String((init as RequestInit).body)) };
  };
  return { user: userEvent.setup(), fetch, call, sent };
}

const field = (name: string) => screen.getByRole('textbox', { name });
const button = (name: string) => screen.getByRole('button', { name });

describe('trying a tool', () => {
  it('sends nothing incomplete, then the arguments as the schema has them, and shows the answer', async () => {
    const { user, fetch, call, sent } = await start(() =>
      json({
        content: [{ type: 'text', text: 'Order 7 placed' }],
        structuredContent: { order: 7 },
      }),
    );
    await user.click(call);
    expect(screen.getByText('This is needed.')).toBeVisible();
    expect(fetch).not.toHaveBeenCalled();

    await user.type(field('customer_id'), '6f1c');
    await user.click(button('Add an entry: lines'));
    await user.type(field('quantity'), 'two');
    await user.click(call);
    expect(screen.getByText('Enter a number.')).toBeVisible();
    expect(fetch).not.toHaveBeenCalled();

    await user.clear(field('quantity'));
    await user.type(field('quantity'), '2');
    await user.click(button('Fill in: gift'));
    await user.type(field('to'), 'Ada');
    await user.click(call);
    const result = await screen.findByRole('region', { name: 'Result' });
    expect(sent()).toEqual({
      url: 'http://localhost:7007/mcp/v1/tools/acme-corp__crm-tools__createOrder/invoke',
      body: {
        arguments: {
          customer_id: '6f1c',
          lines: [{ quantity: 2 }],
          gift: { to: 'Ada' },
        },
      },
    });
    expect(result).toHaveTextContent('Answered');
    expect(result).toHaveTextContent(/\d+ ms/);
    expect(within(result).getByText('Order 7 placed')).toBeVisible();
    expect(within(result).getByText(/"order": 7/)).toBeVisible();
  });

  it('takes any arguments as JSON, and goes back to the form with all that it can hold', async () => {
    const { user, call, sent } = await start(() =>
      json({ content: [{ type: 'text', text: 'No.' }], isError: true }),
    );
    await user.type(field('customer_id'), '6f1c');
    await user.click(screen.getByRole('radio', { name: 'JSON' }));
    const text = field('Arguments as JSON');
    expect(JSON.parse((text as HTMLTextAreaElement).value)).toEqual({
      customer_id: '6f1c',
      lines: [],
    });
    const enter = async (value: string) => {
      await user.clear(text);
      await user.click(text);
      await user.paste(value);
    };
    await enter('[1]');
    await user.click(call);
    expect(screen.getByText('This is not a JSON object yet.')).toBeVisible();

    await enter('{"lines": [], "customer_id": "7", "unknown": true}');
    expect(screen.getByRole('radio', { name: 'Form' })).toBeDisabled();
    await user.click(call);
    const result = await screen.findByRole('region', { name: 'Result' });
    expect(sent().body.arguments.unknown).toBe(true);
    expect(result).toHaveTextContent('The tool reports an error');
    expect(result).toHaveTextContent('No.');

    await enter('{"lines": [], "customer_id": "8", "labels": {"a": "b"}}');
    await user.click(screen.getByRole('radio', { name: 'Form' }));
    expect(field('customer_id')).toHaveValue('8');
  });

  it('says why a call was refused', async () => {
    const { user, call } = await start(
      () =>
        json(
          {
            error: {
              code: 'stoa.unavailable',
              message: 'The gateway is stopping.',
              correlation_id: 'c-1',
            },
          },
          503,
        ),
      { ...TOOL, inputSchema: { type: 'object', properties: {} } },
    );
    expect(screen.getByText('This tool takes no arguments.')).toBeVisible();
    await user.click(call);
    const result = await screen.findByRole('region', { name: 'Result' });
    expect(result).toHaveTextContent('Not called');
    expect(within(result).getByRole('alert')).toHaveTextContent(
      'The platform does not answer right now',
    );
  });
});
