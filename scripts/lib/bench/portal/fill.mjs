import { client } from '../client.mjs';
import { copyRow, ID_SQL } from '../postgresInstance.mjs';

/** Of applications, each of which is subscribed to as many APIs as it takes. */
const APPLICATIONS = 1_000;
/** Of the subscriptions, those of the person whose list is asked for. */
const OWN = 1_000;

/** So many published APIs and active subscriptions, made of one of each. */
export async function fill(instance, database, { apis, subscriptions }) {
  const consumer = await client(instance, 'consumer');
  const application = await consumer('POST', '/applications', {
    name: 'Bench',
  });
  const { subscription } = await consumer('POST', '/subscriptions', {
    application_id: application.id,
    tenant_id: 'acme-corp',
    api_id: 'crm-api',
    plan: 'free',
  });
  const [api] = await database.query(
    `SELECT id FROM apis WHERE tenant_id = 'acme-corp' AND api_id = 'crm-api'`,
  );
  await copyRow(database, 'applications', application.id, APPLICATIONS, {
    id: ID_SQL,
    owner_ref: `'user:default/person-' || i`,
  });
  const word = `substr(md5(i::text), 1, 8)`;
  await copyRow(database, 'apis', api.id, apis, {
    id: ID_SQL,
    api_id: `'bench-' || i`,
    display_name: `'API ' || ${word}`,
    search_text: `'bench-' || i || ' api ' || ${word} || ' ' || "search_text"`,
  });
  await copyRow(database, 'subscriptions', subscription.id, subscriptions, {
    id: ID_SQL,
    application_id: ID_SQL.replace(
      'i::text',
      `(1 + i % ${APPLICATIONS})::text`,
    ),
    api_id: `'bench-' || (1 + (i - 1) / ${APPLICATIONS})`,
    subscriber_id: `CASE WHEN i <= ${OWN} THEN t.subscriber_id ELSE 'person-' || i % 1000 END`,
    status: `'active'`,
    api_key_hash: `encode(sha256(i::text::bytea), 'hex')`,
  });
}
