// The reference: the least that express and PostgreSQL need to tell whose a key is.
import express from 'express';
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import pg from 'pg';
import { listen } from '../../programs/listen.mjs';

const pool = new pg.Pool({
  connectionString: process.argv[2],
  options: '-c search_path=control-plane',
  max: 10,
});
// PostgreSQL ends before this does.
pool.on('error', () => {});

const app = express().disable('x-powered-by').disable('etag');
app.use(express.json());
app.post('/', async (request, response) => {
  const hash = createHash('sha256').update(request.body.api_key).digest('hex');
  const { rows } = await pool.query(
    `SELECT id, application_id, subscriber_id, api_id, tenant_id, plan, rate_limit, expires_at, status
     FROM subscriptions WHERE api_key_hash = $1`,
    [hash],
  );
  const [row] = rows;
  if (row?.status !== 'active') {
    response.status(401).json({ valid: false });
    return;
  }
  const { id, status: _, ...rest } = row;
  response.json({ valid: true, subscription_id: id, ...rest });
});

listen(createServer({ keepAliveTimeout: 60_000 }, app));
