import { FieldProblem, invalid } from './problem';

/** Reads one value of a request, noting what is wrong with it. */
export type Field<T> = (
  value: unknown,
  field: string,
  problems: FieldProblem[],
) => T;

/** A field that may be left out. */
export function optional<T>(inner: Field<T>): Field<T | undefined> {
  return (value, field, problems) =>
    value === undefined ? undefined : inner(value, field, problems);
}

/** A string of `min` to `max` characters; `pattern` is told to the caller as `hint`. */
export function text(
  min: number,
  max: number,
  pattern?: RegExp,
  hint: string = 'has the wrong form',
): Field<string> {
  return rule(
    value =>
      typeof value === 'string' &&
      value.length >= min &&
      value.length <= max &&
      (pattern?.test(value) ?? true),
    pattern ? hint : `must be a text of ${min} to ${max} characters`,
  );
}

export function integer(min: number, max: number): Field<number> {
  return rule(
    value =>
      Number.isInteger(value) && Number(value) >= min && Number(value) <= max,
    `must be a whole number from ${min} to ${max}`,
  );
}

export function oneOf<const T extends readonly string[]>(
  ...values: T
): Field<T[number]> {
  return rule(
    value => typeof value === 'string' && values.includes(value),
    `must be one of ${values.join(', ')}`,
  );
}

export function list<T>(inner: Field<T>, min: number, max: number): Field<T[]> {
  return (value, field, problems) => {
    if (!Array.isArray(value) || value.length < min || value.length > max) {
      problems.push({ field, message: `must be a list of ${min} to ${max}` });
      return [];
    }
    return value.map((entry, index) =>
      inner(entry, `${field}[${index}]`, problems),
    );
  };
}

/** An object with exactly these properties. */
export function object<T extends object>(shape: {
  readonly [K in keyof T]: Field<T[K]>;
}): Field<T> {
  return (value, field, problems) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      problems.push({ field: field || 'body', message: 'must be an object' });
      return {} as T;
    }
    const at = (key: string) => (field ? `${field}.${key}` : key);
    for (const key of Object.keys(value)) {
      if (!Object.hasOwn(shape, key)) {
        problems.push({ field: at(key), message: 'is not known' });
      }
    }
    const read = Object.entries<Field<unknown>>(shape).map(([key, inner]) => [
      key,
      inner((value as Record<string, unknown>)[key], at(key), problems),
    ]);
    return Object.fromEntries(read.filter(([, part]) => part !== undefined));
  };
}

/** Reads a value or throws a 400 that names every wrong field. */
export function parse<T>(field: Field<T>, value: unknown): T {
  const problems: FieldProblem[] = [];
  const result = field(value, '', problems);
  if (problems.length > 0) throw invalid(problems);
  return result;
}

function rule<T>(test: (value: unknown) => boolean, message: string): Field<T> {
  return (value, field, problems) => {
    if (!test(value)) {
      const required = value === undefined;
      problems.push({ field, message: required ? 'is required' : message });
    }
    return value as T;
  };
}
