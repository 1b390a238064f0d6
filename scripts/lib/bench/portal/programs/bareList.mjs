// The reference: the same rows in the same order by one SELECT, as express and
// PostgreSQL give them. It knows who is asking and looks at nothing.
import express from 'express';
import { createServer } from 'node:http';
import pg from 'pg';
import { listen } from '../../programs/listen.mjs';

const LIMIT = 25;
const pool = new pg.Pool({
  connectionString: process.argv[2],
  options: '-c search_path=control-plane',
  max: 10,
});
// PostgreSQL ends before this does.
pool.on('error', () => {});

const APIS = `SELECT apis.*, tenants.display_name AS tenant_name
  FROM apis JOIN tenants ON tenants.id = apis.tenant_id
  WHERE apis.deleted_at IS NULL AND apis.status IN ('published', 'deprecated')
    AND tenants.status = 'active' AND apis.visibility = 'public'
    AND tenants.portal_visibility = 'public'`;
const APIS_AFTER = `AND (apis.display_name, apis.id) > ($1, $2)
  ORDER BY apis.display_name, apis.id LIMIT ${LIMIT}`;
const SUBSCRIPTIONS = `SELECT s.*, a.name AS application_name, i.display_name AS api_name
  FROM subscriptions s JOIN applications a ON a.id = s.application_id
  JOIN apis i ON i.tenant_id = s.tenant_id AND i.api_id = s.api_id`;
const SUBSCRIPTIONS_AFTER = `AND s.id < $1 ORDER BY s.id DESC LIMIT ${LIMIT}`;
const NO_NAME = '';
const [LEAST, MOST] = ['0', 'f'].map(digit =>
  '00000000-0000-0000-0000-000000000000'.replaceAll('0', digit),
);

const byName = ({ name = NO_NAME, id = LEAST }) => [name, id];
const byId = ({ id = MOST }) => [id];
const LISTS = {
  catalogue: [`${APIS} ${APIS_AFTER}`, byName],
  search: [`${APIS} AND apis.search_text LIKE '%a1%' ${APIS_AFTER}`, byName],
  "a consumer's subscriptions": [
    `${SUBSCRIPTIONS} WHERE s.subscriber_id = 'consumer' ${SUBSCRIPTIONS_AFTER}`,
    byId,
  ],
  "a tenant's subscriptions": [
    `${SUBSCRIPTIONS} WHERE s.tenant_id = 'acme-corp' ${SUBSCRIPTIONS_AFTER}`,
    byId,
  ],
};

const app = express().disable('x-powered-by').disable('etag');
app.get('/', async (request, response) => {
  const [text, values] = LISTS[request.query.list];
  const { rows } = await pool.query(text, values(request.query));
  response.json(rows);
});

listen(createServer({ keepAliveTimeout: 60_000 }, app));
