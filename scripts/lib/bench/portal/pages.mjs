import assert from 'node:assert/strict';

/** How far each list is walked. */
const PAGES = 40;
const LIMIT = 25;

/**
 * The lists, by name: who asks which address of ours, and what the reference needs of
 * the last item of a page to give the page behind it.
 */
const LISTS = {
  catalogue: {
    account: 'consumer',
    path: '/portal/apis?',
    after: item => ({ name: item.display_name, id: item.id }),
  },
  search: {
    account: 'consumer',
    path: '/portal/apis?q=a1&',
    after: item => ({ name: item.display_name, id: item.id }),
  },
  "a consumer's subscriptions": {
    account: 'consumer',
    path: '/portal/subscriptions?',
    after: item => ({ id: item.id }),
  },
  "a tenant's subscriptions": {
    account: 'acme-admin',
    path: '/subscriptions/tenant/acme-corp?',
    after: item => ({ id: item.id }),
  },
};

/**
 * Walks each list once, so that the answers are known.
 *
 * @returns {Promise<Record<string, {ours: object[], bare: object[]}>>} requests of `measure`
 */
export async function pagesOf({ instance, bareUrl, tokens }) {
  const pages = {};
  for (const [name, { account, path, after }] of Object.entries(LISTS)) {
    const headers = { authorization: `Bearer ${tokens[account]}` };
    const base = `${instance.url}/api/control-plane/v1${path}limit=${LIMIT}`;
    const ours = [];
    const bare = [];
    let cursor = '';
    let last = {};
    for (let page = 0; page < PAGES; page += 1) {
      const mine = await ask(base + cursor, headers);
      const query = new URLSearchParams({ list: name, ...last });
      const theirs = await ask(`${bareUrl}/?${query}`, headers);
      const { items, next_cursor: next } = JSON.parse(mine.expected);
      assert.deepEqual(
        items.map(({ id }) => id),
        JSON.parse(theirs.expected).map(({ id }) => id),
        `${name}, page ${page + 1}`,
      );
      ours.push(mine);
      bare.push(theirs);
      if (next === undefined) break;
      cursor = `&cursor=${encodeURIComponent(next)}`;
      last = after(items.at(-1));
    }
    pages[name] = { ours, bare };
  }
  return pages;
}

async function ask(url, headers) {
  const response = await fetch(url, { headers });
  const expected = await response.text();
  assert.equal(response.status, 200, expected);
  return { url, method: 'GET', headers, expected };
}
