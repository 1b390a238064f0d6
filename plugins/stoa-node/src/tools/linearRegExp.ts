import { RE2JS } from 're2js';

/**
 * A `pattern` of a JSON Schema in an engine that reads each text once, whatever the
 * pattern: a schema's author must not be able to hold the process up. In the form
 * that Ajv's `code.regExp` wants. Throws for what such an engine cannot do (look
 * ahead and behind, references to groups).
 */
export function linearRegExp(pattern: string): {
  test(text: string): boolean;
  toString(): string;
} {
  const compiled = RE2JS.compile(RE2JS.translateRegExp(pattern));
  return {
    test: text => compiled.matcher(text).find(),
    // Ajv tells engines apart by this: two alike would be taken for one.
    toString: () => `linear ${pattern}`,
  };
}

linearRegExp.code = 'linearRegExp';
