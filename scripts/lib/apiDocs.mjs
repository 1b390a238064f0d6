import refParser from '@apidevtools/json-schema-ref-parser';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import prettier from 'prettier';
import { root } from './paths.mjs';

const CONTRACT = 'plugins/control-plane-backend/src/schema/openapi.yaml';
const ERRORS = 'plugins/stoa-common/src/errors.ts';
const METHODS = ['get', 'post', 'put', 'patch', 'delete'];

/** `docs/api.md` as the contract has it today. */
export async function apiDocs() {
  const document = await refParser.dereference(join(root, CONTRACT));
  const { info, servers, tags } = document;
  const operations = operationsOf(document);
  const markdown = [
    `<!-- Made by \`yarn api:docs\` from ${CONTRACT}. -->`,
    `# ${info.title}: the API`,
    info.description,
    `Addresses below begin with \`${servers[0].url}\`. A running installation serves the contract at \`${servers[0].url}/openapi.json\`, and as a page to read and to try at \`${servers[0].url}/docs\`.`,
    ...tags.flatMap(({ name, description }) => [
      `## ${name}`,
      `${description}.`,
      table(
        ['Operation', '', 'Action', 'Answers'],
        operations
          .filter(({ tag }) => tag === name)
          .map(({ method, path, summary, action, answers }) => [
            `\`${method} ${path}\``,
            summary,
            `\`${action}\``,
            answers,
          ]),
      ),
    ]),
    '## Errors',
    'Codes are a public contract: they are added, never renamed.',
    table(
      ['Code', 'Status'],
      errorCodes().map(([code, status]) => [`\`${code}\``, status]),
    ),
  ].join('\n\n');
  const options = await prettier.resolveConfig(join(root, 'docs/api.md'));
  return prettier.format(markdown, { ...options, parser: 'markdown' });
}

function operationsOf({ paths }) {
  return Object.entries(paths).flatMap(([path, item]) =>
    METHODS.filter(method => item[method]).map(method => {
      const operation = item[method];
      return {
        method: method.toUpperCase(),
        path,
        tag: operation.tags[0],
        summary: operation.summary,
        action: operation['x-stoa-action'],
        answers: Object.keys(operation.responses)
          .filter(status => status !== 'default')
          .join(', '),
      };
    }),
  );
}

function errorCodes() {
  const source = readFileSync(join(root, ERRORS), 'utf8');
  return [...source.matchAll(/^ {2}'(stoa\.[\w.]+)': (\d{3}),$/gm)]
    .map(([, code, status]) => [code, status])
    .sort(([, a], [, b]) => a - b);
}

function table(head, rows) {
  const line = cells =>
    `| ${cells.map(cell => `${cell}`.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join(
    '\n',
  );
}
