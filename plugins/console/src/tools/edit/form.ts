import { isApiId, Schema } from '@stoa/plugin-stoa-common';
import { ToolSetDetail } from '../types';

type Environment = Schema<'Environment'>;

export interface Override {
  readonly name: string;
  readonly description: string;
}

/** What the reader has entered or ticked. */
export interface ToolSetForm {
  readonly toolSetId: string;
  readonly displayName: string;
  readonly description: string;
  readonly apiId: string;
  readonly version: string;
  readonly environment?: Environment;
  readonly visibility: 'public' | 'private';
  readonly enabled: boolean;
  readonly plans: readonly string[];
  readonly prefix: string;
  readonly suffix: string;
  /** All operations, those to come included; then `operations` does not count. */
  readonly all: boolean;
  readonly operations: ReadonlySet<string>;
  /** By operation; an empty text leaves what would be made. */
  readonly overrides: Readonly<Record<string, Override>>;
}

export const EMPTY_FORM: ToolSetForm = {
  toolSetId: '',
  displayName: '',
  description: '',
  apiId: '',
  version: '',
  visibility: 'private',
  enabled: true,
  plans: [],
  prefix: '',
  suffix: '',
  all: false,
  operations: new Set(),
  overrides: {},
};

const AFFIX = /^[a-zA-Z0-9_-]{0,32}$/;
const TOOL_NAME = /^[a-zA-Z0-9_-]{1,64}$/;
const ID_MAX = 63;
const SUFFIX = '-tools';

/** What is put before or after a name: at most 32 of the characters of a name. */
export function isAffix(value: string): boolean {
  return AFFIX.test(value);
}

/** A name in place of the one that would be made; empty means the made one. */
export function isOverrideName(value: string): boolean {
  return value === '' || TOOL_NAME.test(value);
}

/** `crm-api` suggests `crm-api-tools`, cut where an id would be too long. */
export function suggestedId(apiId: string): string {
  return `${apiId
    .slice(0, ID_MAX - SUFFIX.length)
    .replace(/-+$/, '')}${SUFFIX}`;
}

/** The form of a ToolSet that exists. */
export function formOf(toolSet: ToolSetDetail): ToolSetForm {
  return {
    toolSetId: toolSet.toolset_id,
    displayName: toolSet.display_name,
    description: toolSet.description ?? '',
    apiId: toolSet.api_id,
    version: toolSet.version ?? '',
    environment: toolSet.environment ?? undefined,
    visibility: toolSet.visibility,
    enabled: toolSet.enabled,
    plans: toolSet.plans,
    prefix: toolSet.naming.prefix ?? '',
    suffix: toolSet.naming.suffix ?? '',
    all: toolSet.operations === null,
    operations: new Set(toolSet.operations ?? []),
    overrides: Object.fromEntries(
      toolSet.overrides.map(({ operation, name = '', description = '' }) => [
        operation,
        { name, description },
      ]),
    ),
  };
}

/** Which operations, and what they are called: all that a preview needs. Nothing while something is wrong. */
export function selectionOf(
  form: ToolSetForm,
): Schema<'ToolSetPreview'> | undefined {
  const overrides = overridesOf(form);
  const right =
    form.apiId &&
    (form.all || form.operations.size > 0) &&
    isAffix(form.prefix) &&
    isAffix(form.suffix) &&
    overrides.every(({ name = '' }) => isOverrideName(name));
  if (!right) return undefined;
  return {
    api_id: form.apiId,
    ...(form.version ? { version: form.version } : {}),
    ...(form.all ? {} : { operations: [...form.operations] }),
    naming: namingOf(form),
    overrides,
  };
}

/** The body that creates it, or nothing while something is missing or wrong. */
export function toCreate(
  form: ToolSetForm,
): Schema<'ToolSetCreate'> | undefined {
  const selection = selectionOf(form);
  const displayName = form.displayName.trim();
  if (!selection || !displayName || !isApiId(form.toolSetId)) return undefined;
  return {
    ...selection,
    ...fieldsOf(form),
    toolset_id: form.toolSetId,
    display_name: displayName,
  };
}

/** The body that changes it, or nothing while something is missing or wrong. */
export function toUpdate(
  form: ToolSetForm,
): Schema<'ToolSetUpdate'> | undefined {
  const selection = selectionOf(form);
  const displayName = form.displayName.trim();
  if (!selection || !displayName) return undefined;
  const { api_id: _, ...changes } = selection;
  return {
    ...changes,
    ...fieldsOf(form),
    display_name: displayName,
    operations: form.all ? null : [...form.operations],
  };
}

function fieldsOf(form: ToolSetForm) {
  return {
    description: form.description.trim(),
    ...(form.environment ? { environment: form.environment } : {}),
    visibility: form.visibility,
    enabled: form.enabled,
    plans: [...form.plans],
  };
}

function namingOf({ prefix, suffix }: ToolSetForm): Schema<'ToolNaming'> {
  return { ...(prefix ? { prefix } : {}), ...(suffix ? { suffix } : {}) };
}

/** Only of operations that are chosen, and only what is filled in. */
function overridesOf(form: ToolSetForm): Schema<'ToolOverride'>[] {
  return Object.entries(form.overrides)
    .filter(([operation]) => form.all || form.operations.has(operation))
    .map(([operation, { name, description }]) => ({
      operation,
      ...(name ? { name } : {}),
      ...(description.trim() ? { description: description.trim() } : {}),
    }))
    .filter(({ name, description }) => name || description);
}
