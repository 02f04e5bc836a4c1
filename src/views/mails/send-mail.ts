/**
 * A mail out of templates: the application's own where its engine has them, else the ready-made text of that name.
 * Mirrors `PasswordResetForm.send_mail` (django/contrib/auth/forms.py, 5.2).
 */
import type { AuthRequest } from '../../auth/auth-request.ts'
import type { TemplateContext } from '../../auth/template-engine.ts'
import { ConfigurationError, TemplateError } from '../../errors.ts'
import type { User } from '../../users/user.ts'
import type { TemplateValues } from '../render.ts'
import { BUILT_IN_MAILS } from './built-in-mails.ts'

/** What a mail is made of, by the names of templates. */
export interface MailTemplates {
  readonly subjectTemplateName: string
  readonly emailTemplateName: string
  /** For a second part in HTML. @default none */
  readonly htmlEmailTemplateName?: string | null | undefined
}

/** One mail. */
export interface TemplateMail {
  /** It goes to the address that is stored with them, never to one that was typed. */
  readonly user: User
  readonly from?: string | undefined
  /** What the templates see. */
  readonly values: TemplateValues
}

/** Where Python's `splitlines` divides a text. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are among them
const LINE_BREAKS = /[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]+/g

/**
 * Sends a mail. One that nobody takes is told to those who listen to `mail_failed`; the visitor must not learn of it.
 * @returns whether somebody took it @throws {TemplateError} when a template fails
 */
export async function sendTemplateMail<U extends User>(
  request: AuthRequest<U>,
  templates: MailTemplates,
  { user, from, values }: TemplateMail,
): Promise<boolean> {
  const { context } = request
  const subject = (await renderMail(request, templates.subjectTemplateName, values)).replace(LINE_BREAKS, '')
  try {
    const text = await renderMail(request, templates.emailTemplateName, values)
    const { htmlEmailTemplateName: page } = templates
    const html = page == null ? undefined : await renderMail(request, page, values, 'html')
    if (context.sendMail === undefined) throw noMailer()
    await context.sendMail({ to: user.email, from, subject, text, html })
    return true
  } catch (error) {
    context.announce('mail_failed', { user, subject, error })
    if (error instanceof TemplateError) throw error
    return false
  }
}

/**
 * What has to be there before anybody is promised a mail: a mistake must not show only to those who have an account.
 * @throws {ConfigurationError} where no mail can be sent @throws {TemplateError} for a template that is not there
 */
export function checkMails<U extends User>({ context }: AuthRequest<U>, templates: MailTemplates): void {
  if (context.sendMail === undefined) throw noMailer()
  const { subjectTemplateName, emailTemplateName, htmlEmailTemplateName } = templates
  for (const name of [subjectTemplateName, emailTemplateName, htmlEmailTemplateName]) {
    if (name == null || context.templates?.has(name) === true) continue
    if (name !== htmlEmailTemplateName && BUILT_IN_MAILS.has(name)) continue
    throw new TemplateError(
      `There is no template '${name}' for a mail. Built-in ones: ${[...BUILT_IN_MAILS.keys()].join(', ')}.`,
    )
  }
}

/**
 * What the templates of mails know of the site, `domain` with the path under which it is where that is not in the request's own.
 * The Host header of a request counts in development alone (CVE-2011-4139).
 */
export function siteAddress<U extends User>(
  { context, incoming }: AuthRequest<U>,
  domainOverride?: string,
): { readonly domain: string; readonly site_name: string; readonly protocol: string } {
  const { prefix, scheme, host } = incoming
  const base = context.publicUrl ?? `${scheme}://${host}`
  // A path made by `reverse` begins with the prefix.
  const site = base.endsWith(prefix) ? base.slice(0, base.length - prefix.length) : base
  const [protocol = '', domain = ''] = site.split('://')
  if (domainOverride !== undefined) return { domain: domainOverride, site_name: domainOverride, protocol }
  return { domain, site_name: context.siteName || domain, protocol }
}

async function renderMail<U extends User>(
  request: AuthRequest<U>,
  name: string,
  values: TemplateValues,
  format: 'html' | 'text' = 'text',
): Promise<string> {
  const { templates } = request.context
  if (templates?.has(name) === true) return templates.render(name, mailContext(request, values), format)
  const builtIn = BUILT_IN_MAILS.get(name)
  if (builtIn === undefined) throw new TemplateError(`There is no template '${name}' for a mail.`)
  return builtIn(request, values)
}

/** What the view gave and nothing of the visitor's: their session has been stored by now. `{% url %}` needs the request. */
function mailContext<U extends User>(request: AuthRequest<U>, values: TemplateValues): TemplateContext {
  return Object.assign(Object.create({ request, messages: [], csrf_token: '' }), values) as TemplateContext
}

function noMailer(): ConfigurationError {
  return new ConfigurationError(
    "There is no sendMail, so that no mail can be sent. Pass one, for instance sendMail: nodemailer(…) from 'postern/nodemailer'.",
  )
}
