/** Answers whose address holds a token: no page that is opened from them learns it (ASVS 5.0, 3.4.5). */
import type { ViewAnswer } from '../auth/view.ts'
import type { Answer } from '../kernel/answer.ts'

/** Not for the page with the form: a browser that may not say where it comes from posts with `Origin: null`, which is refused. */
export function withoutReferrer<A extends ViewAnswer>(answer: A): A {
  const others: Answer['headers'] = answer.headers.filter(([name]) => !/^referrer-policy$/i.test(name))
  return { ...answer, headers: [...others, ['Referrer-Policy', 'no-referrer']] }
}
