import { StoaError } from '@stoa/plugin-stoa-common';
import { DescribedAnswer } from '@stoa/plugin-stoa-node';
import type { IncomingHttpHeaders } from 'node:http';
import Negotiator from 'negotiator';

/**
 * The answer that the definition gives for a call: the first that went well, or the
 * one that `Prefer: code=404, example=none` (RFC 7240) asks for, in a type that the
 * caller takes. Throws `stoa.not_implemented` where there is none, and
 * `stoa.not_acceptable`.
 */
export function mockAnswer(
  answers: readonly DescribedAnswer[],
  headers: IncomingHttpHeaders,
): DescribedAnswer {
  const { code, example } = preferences(headers.prefer);
  const wanted = code === undefined ? firstGood(answers) : Number(code);
  const ofStatus = answers.filter(answer => answer.status === wanted);
  if (ofStatus.length === 0) {
    throw new StoaError(
      'stoa.not_implemented',
      code === undefined
        ? 'The definition describes no answer to this operation.'
        : `The definition describes no answer ${code} to this operation.`,
    );
  }
  const named = ofStatus.filter(answer => answer.name === example);
  const choice = example === undefined ? ofStatus : named;
  if (choice.length === 0) {
    throw new StoaError(
      'stoa.not_implemented',
      'The definition has no example of that name for this answer.',
    );
  }
  const types = choice.flatMap(({ type }) =>
    type === undefined ? [] : [plain(type)],
  );
  if (types.length === 0) return choice[0];
  const type = new Negotiator({ headers }).mediaType(types);
  const found = choice.find(answer => plain(answer.type ?? '') === type);
  if (found) return { ...found, type };
  throw new StoaError(
    'stoa.not_acceptable',
    `The definition has ${[...new Set(types)].join(', ')} for this answer.`,
  );
}

/** 2xx where there is one, else what stands first. */
function firstGood(answers: readonly DescribedAnswer[]): number | undefined {
  const good = answers.find(({ status }) => status < 300);
  return (good ?? answers[0])?.status;
}

/** What a definition writes as any type is sent as JSON. */
function plain(type: string): string {
  return /^(\*|application)\/\*$/.test(type) ? 'application/json' : type;
}

function preferences(prefer: string | string[] | undefined) {
  const text = [prefer ?? ''].flat().join(',');
  const read = (name: string) =>
    new RegExp(`(?:^|[,;\\s])${name}\\s*=\\s*"?([\\w.-]+)`, 'i').exec(
      text,
    )?.[1];
  const code = read('code');
  return {
    code: /^[2-5]\d\d$/.test(code ?? '') ? code : undefined,
    example: read('example'),
  };
}
