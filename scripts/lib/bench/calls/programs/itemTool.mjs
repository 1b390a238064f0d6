import { Agent } from 'undici';
import { z } from 'zod';
import { itemPath } from '../tool.mjs';

const origin = process.argv[2];
const agent = new Agent({ connections: 250 });

/** The tool's arguments, as the SDKs want them. */
export const inputShape = {
  item_id: z.string().min(1).max(40),
  warehouse: z.string().length(3).optional(),
  movements: z.number().int().min(0).max(100).optional(),
};

/** What the SDKs call: one request to the service, its answer as text and as structured content. */
export async function callItem(args) {
  const answer = await agent.request({
    origin,
    path: itemPath(args),
    method: 'GET',
    headers: { accept: 'application/json' },
  });
  const text = await answer.body.text();
  return {
    content: [{ type: 'text', text }],
    structuredContent: JSON.parse(text),
  };
}
