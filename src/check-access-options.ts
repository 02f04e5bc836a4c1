/** What is refused at start of the settings about who may do what: `remoteUser`, `loginRequiredMiddleware`, `permissions`, `models`. */
import type { PosternOptions } from './options.ts'
import { declaredPermissions } from './settings.ts'
import type { User } from './users/user.ts'

/** What Django takes for the label of an application or the name of a model; its columns have room for 100 characters. */
const LABEL = /^[A-Za-z_][A-Za-z0-9_]{0,99}$/
const LONGEST_CODENAME = 100
const LONGEST_NAME = 255
/** A header's name in the one spelling that no server takes for another (RFC 9110, 5.1, without `_`). */
const HEADER = /^[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*$/

export function* accessProblems<U extends User>(options: PosternOptions<U>): Generator<string> {
  yield* remoteUserProblems(options)
  const { loginRequiredMiddleware: rule = false } = options
  if (typeof rule !== 'boolean' && !(isObject(rule) && isTexts(rule.except))) {
    yield "loginRequiredMiddleware is true, or names the routes that are open to everybody: { except: ['public/'] }."
  }
  yield* permissionProblems(options)
}

function* remoteUserProblems<U extends User>({ remoteUser, proxies = 0 }: PosternOptions<U>): Generator<string> {
  if (remoteUser === undefined) return
  const { header, from }: { header?: unknown; from?: unknown } = isObject(remoteUser) ? remoteUser : {}
  if ((header === undefined) === (from === undefined) || (from !== undefined && typeof from !== 'function')) {
    yield "remoteUser needs a header, { header: 'x-remote-user' }, or a function that finds out the name, { from: (incoming) => … }."
  } else if (header !== undefined && !(typeof header === 'string' && HEADER.test(header))) {
    yield `remoteUser.header is '${header}'; write it as it is sent, with dashes alone: 'x-remote-user'.`
  } else if (header !== undefined && !(proxies >= 1)) {
    yield `remoteUser believes the header ${header}, and without a proxy in front every client can send it. Set proxies to the number of your own proxies, and let them take away what clients send under that name.`
  }
}

function* permissionProblems<U extends User>(options: PosternOptions<U>): Generator<string> {
  const { permissions = [], models = {} } = options
  if (!Array.isArray(permissions) || !permissions.every(isObject)) {
    yield "permissions is a list, as in [{ app: 'blog', codename: 'publish_post', name: 'Can publish posts' }]."
    return
  }
  if (!isObject(models)) {
    yield "models names models with a word for people, as in { 'blog.post': 'post' }."
    return
  }
  for (const [name, verboseName] of Object.entries(models)) {
    const [app, model, ...rest] = name.split('.')
    if (isLabel(app) && isLabel(model) && rest.length === 0 && isText(verboseName, LONGEST_NAME - 11)) continue
    yield `models: '${name}' needs the form app.model and a word for people, as in { 'blog.post': 'post' }.`
  }
  for (const { app, model, codename, name } of permissions) {
    const isRight = isLabel(app) && (model === undefined || isLabel(model))
    if (isRight && isText(codename, LONGEST_CODENAME) && isText(name, LONGEST_NAME)) continue
    yield `permissions: '${app}.${codename}' needs app, codename and name, and app and model without blanks and dots, as in { app: 'blog', codename: 'publish_post', name: 'Can publish posts' }.`
  }
  yield* doubles(options)
}

function* doubles<U extends User>(options: PosternOptions<U>): Generator<string> {
  const known = new Set<string>()
  for (const { app, model, codename } of declaredPermissions(options)) {
    const name = `${app}.${model}.${codename}`
    if (known.has(name))
      yield `permissions: '${app}.${codename}' is declared twice for the model ${model}; leave one out.`
    known.add(name)
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
function isLabel(value: unknown): value is string {
  return typeof value === 'string' && LABEL.test(value)
}
function isText(value: unknown, longest: number): boolean {
  return typeof value === 'string' && value !== '' && value.length <= longest
}
function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((one) => typeof one === 'string')
}
