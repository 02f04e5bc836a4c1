/** What nunjucks compiles a template to, with our own ways in the place of some of its. */

/** In compiled code: a loop with one name, which would count up to any `length`. */
const LOOP = /runtime\.fromIterator\((\w+)\);\n(?=var \w+ = \1\.length;\n)/g
/** In compiled code: what `{% set %}` and `{% filter %}` have between them and their end, which is HTML already. */
const CAPTURED = /^return output;\n(?=\}\)\(\))/gm
/** In compiled code: the filter of `{% filter %}`. */
const FILTER_BLOCK = /(env\.getFilter\("\w+"\))\.call\(context, (?=\(function\(\) \{\nvar output = "";\n)/g
/** In compiled code: where an error is reported, which is to name its template. */
const REPORT = /^(\s*cb\(runtime\.handleError\(e, lineno, colno)\)\);$/gm

/** @param code that nunjucks compiled @param name the template's own */
export function withOurs(code: string, name: string): string {
  return code
    .replace(LOOP, 'runtime.listOf($1);\n')
    .replace(CAPTURED, 'return new runtime.SafeString(output);\n')
    .replace(FILTER_BLOCK, 'runtime.filterBlock($1, context, ')
    .replace(REPORT, (_, start: string) => `${start}, ${JSON.stringify(name)}));`)
}
