import { Knex } from 'knex';

/** A row of a table, and what its copies have in some columns: `{n}` stands for their number, in twelve digits. */
export interface Copies {
  readonly table: string;
  /** Columns and values that only this row has. */
  readonly row: Readonly<Record<string, string>>;
  readonly varied: Readonly<Record<string, string>>;
}

/** Makes the copies numbered `from` to `to`, in one statement. */
export async function multiply(
  knex: Knex,
  { table, row, varied }: Copies,
  { from, to }: { from: number; to: number },
): Promise<void> {
  const postgres = knex.client.config.client === 'pg';
  const columns = await knex(table).columnInfo();
  const names = Object.keys(columns);
  const number = postgres ? `lpad(n.i::text, 12, '0')` : `printf('%012d', n.i)`;
  const values = names.map(name => {
    const pattern = varied[name];
    if (pattern === undefined) return { sql: '??', bound: [`t.${name}`] };
    const text = `replace(cast(? as text), '{n}', ${number})`;
    return {
      sql: postgres ? `cast(${text} as ${columns[name].type})` : text,
      bound: [pattern],
    };
  });
  await knex.raw(
    `insert into ?? (${names.map(() => '??').join(', ')})
     with recursive n(i) as (
       select cast(? as integer) union all select i + 1 from n where i < ?
     )
     select ${values.map(({ sql }) => sql).join(', ')}
     from n cross join (
       select * from ?? where ${Object.keys(row)
         .map(() => '?? = ?')
         .join(' and ')}
     ) t`,
    [
      table,
      ...names,
      from,
      to,
      ...values.flatMap(({ bound }) => bound),
      table,
      ...Object.entries(row).flat(),
    ],
  );
}
