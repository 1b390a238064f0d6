import { Knex } from 'knex';

/** Tables, columns and indexes of a PostgreSQL schema as a page in Markdown, for people to read in reviews. */
export async function sqlReport(knex: Knex, name: string): Promise<string> {
  const tables: string[] = await knex('pg_tables')
    .where({ schemaname: 'public' })
    .whereNot('tablename', 'like', 'knex%')
    .orderByRaw('tablename COLLATE "C"')
    .pluck('tablename');
  const parts = [
    `# The tables of ${name}\n\n> Do not edit: \`UPDATE_SQL_REPORT=1 yarn test src/migrations.test.ts\` writes it from the migrations.\n`,
  ];
  for (const table of tables) {
    parts.push(
      `## \`${table}\`\n\n${await columns(knex, table)}\n\n${await indexes(
        knex,
        table,
      )}`,
    );
  }
  return parts.join('\n');
}

async function columns(knex: Knex, table: string): Promise<string> {
  const rows = await knex('information_schema.columns')
    .where({ table_schema: 'public', table_name: table })
    .orderByRaw('column_name COLLATE "C"')
    .select(
      'column_name',
      'data_type',
      'character_maximum_length',
      'is_nullable',
      'column_default',
    );
  const cells = [
    ['Column', 'Type', 'Null', 'Default'],
    ...rows.map(row => [
      `\`${row.column_name}\``,
      row.character_maximum_length
        ? `${row.data_type}(${row.character_maximum_length})`
        : row.data_type,
      row.is_nullable === 'YES' ? 'yes' : 'no',
      row.column_default ? `\`${row.column_default}\`` : '-',
    ]),
  ];
  const widths = [0, 1, 2, 3].map(i =>
    Math.max(...cells.map(row => row[i].length)),
  );
  const line = (row: string[]) =>
    `| ${row.map((cell, i) => cell.padEnd(widths[i])).join(' | ')} |`;
  const rule = line(widths.map(width => '-'.repeat(width)));
  const [head, ...body] = cells.map(line);
  return [head, rule, ...body].join('\n');
}

async function indexes(knex: Knex, table: string): Promise<string> {
  const rows: { name: string; definition: string }[] = await knex('pg_indexes')
    .where({ schemaname: 'public', tablename: table })
    .orderByRaw('indexname COLLATE "C"')
    .select('indexname as name', 'indexdef as definition');
  return rows
    .map(({ name, definition }) => {
      const [, unique, on] =
        /^CREATE (UNIQUE )?INDEX \S+ ON \S+ USING (.*)$/.exec(definition)!;
      return `- \`${name}\`${unique ? ', unique' : ''}: \`${on}\`\n`;
    })
    .join('');
}
