import { StepConfig } from '@stoa/plugin-stoa-node';

/** Header fields to leave out, by lower-case name with `-` for `_`, and those to add, name and value in turn. */
export interface FieldRules {
  readonly drop: ReadonlySet<string>;
  readonly add: readonly string[];
}

/** What is set takes the place of what came under the same name. Undefined where there is nothing to do. */
export function fieldRules(
  rules: StepConfig<'headers'>['request'] | undefined,
): FieldRules | undefined {
  if (!rules) return undefined;
  const set = Object.entries(rules.set);
  const names = [...rules.remove, ...set.map(([name]) => name)];
  if (names.length === 0) return undefined;
  return {
    drop: new Set(names.map(plainName)),
    add: set.flatMap(([name, value]) => [name.toLowerCase(), value]),
  };
}

/** Many servers cannot tell X_User_Id from X-User-Id. */
export function plainName(name: string): string {
  return name.toLowerCase().replaceAll('_', '-');
}
