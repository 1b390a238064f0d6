import { useMemo, useState } from 'react';
import {
  isSchema,
  JsonSchemaNode,
  propertiesOf,
  Resolve,
  resolverOf,
} from '@stoa/plugin-stoa-react';
import { Draft, draftOf, valueOf, Wrong } from './draft';
import { kindOf } from './kinds';

export type Mode = 'form' | 'json';
export type Arguments = Readonly<Record<string, unknown>>;

const INDENT = 2;

/** The arguments of a tool as they are entered: in the form made of its schema, or as JSON. */
export function useArguments(schema: JsonSchemaNode) {
  const resolve = useMemo(() => resolverOf(schema), [schema]);
  const isEmpty = takesNothing(resolve, schema);
  const hasForm = isEmpty || kindOf(resolve, schema, 0) === 'object';
  const [mode, setMode] = useState<Mode>(hasForm ? 'form' : 'json');
  const [draft, setDraft] = useState<Draft>({});
  const [text, setText] = useState('{}');
  const form = isEmpty
    ? { value: {}, wrong: [] }
    : valueOf(resolve, schema, draft);
  const typed = parse(text);

  /** The form cannot hold everything that JSON can; what would be lost keeps it shut. */
  const asForm = typed && draftOf(resolve, schema, typed);
  const fitsForm =
    hasForm &&
    same(isEmpty ? {} : valueOf(resolve, schema, asForm).value, typed);

  const change = (next: Mode) => {
    if (next === mode) return;
    if (next === 'json') setText(JSON.stringify(form.value, null, INDENT));
    else if (fitsForm) setDraft(asForm);
    else return;
    setMode(next);
  };
  const misspelt: readonly Wrong[] = typed ? [] : [{ at: '', what: 'json' }];
  return {
    resolve,
    mode,
    setMode: change,
    canForm: mode === 'form' || fitsForm,
    draft,
    setDraft,
    text,
    setText,
    wrong: mode === 'form' ? form.wrong : misspelt,
    value: (mode === 'form' ? form.value : typed) as Arguments | undefined,
  };
}

function takesNothing(resolve: Resolve, schema: JsonSchemaNode): boolean {
  return (
    propertiesOf(resolve, schema).length === 0 &&
    !isSchema(schema.additionalProperties)
  );
}

function parse(text: string): Arguments | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isSchema(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Equal as JSON, whatever the order of properties. */
function same(a: unknown, b: unknown): boolean {
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((entry, n) => same(entry, b[n]));
  }
  if (isSchema(a) && isSchema(b)) {
    const names = Object.keys(a);
    return (
      names.length === Object.keys(b).length &&
      names.every(name => Object.hasOwn(b, name) && same(a[name], b[name]))
    );
  }
  return a === b;
}
