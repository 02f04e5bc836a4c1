/** What a Django project says of itself as JSON, and the Python that makes it print that. */
import { ConfigurationError } from './errors.ts'

/** Settings by Django's names; what is left out has Django's default (django/conf/global_settings.py, 5.2). */
export interface DjangoProject {
  readonly SECRET_KEY?: string
  readonly SECRET_KEY_FALLBACKS?: readonly string[]
  readonly ALLOWED_HOSTS?: readonly string[]
  readonly LANGUAGE_CODE?: string
  readonly TIME_ZONE?: string
  readonly USE_TZ?: boolean
  readonly SECURE_PROXY_SSL_HEADER?: readonly [string, string] | null
  readonly SESSION_ENGINE?: string
  readonly SESSION_SERIALIZER?: string
  readonly SESSION_COOKIE_NAME?: string
  readonly SESSION_COOKIE_AGE?: number
  readonly SESSION_COOKIE_DOMAIN?: string | null
  readonly SESSION_COOKIE_PATH?: string
  readonly SESSION_COOKIE_SECURE?: boolean
  readonly SESSION_COOKIE_HTTPONLY?: boolean
  readonly SESSION_COOKIE_SAMESITE?: string | false | null
  readonly SESSION_SAVE_EVERY_REQUEST?: boolean
  readonly SESSION_EXPIRE_AT_BROWSER_CLOSE?: boolean
  readonly CSRF_COOKIE_NAME?: string
  readonly CSRF_COOKIE_AGE?: number | null
  readonly CSRF_COOKIE_DOMAIN?: string | null
  readonly CSRF_COOKIE_PATH?: string
  readonly CSRF_COOKIE_SECURE?: boolean
  readonly CSRF_COOKIE_HTTPONLY?: boolean
  readonly CSRF_COOKIE_SAMESITE?: string | false | null
  readonly CSRF_USE_SESSIONS?: boolean
  readonly CSRF_HEADER_NAME?: string
  readonly CSRF_TRUSTED_ORIGINS?: readonly string[]
  readonly MESSAGE_STORAGE?: string
  readonly MESSAGE_LEVEL?: number
  readonly MESSAGE_TAGS?: Readonly<Record<string, string>>
  readonly LOGIN_URL?: string
  readonly LOGIN_REDIRECT_URL?: string
  readonly LOGOUT_REDIRECT_URL?: string | null
  readonly PASSWORD_RESET_TIMEOUT?: number
  readonly PASSWORD_HASHERS?: readonly string[]
  readonly AUTH_PASSWORD_VALIDATORS?: readonly DjangoValidator[]
  readonly AUTHENTICATION_BACKENDS?: readonly string[]
  readonly AUTH_USER_MODEL?: string
  /** The model behind AUTH_USER_MODEL; not a setting of Django's. */
  readonly USER_MODEL?: DjangoUserModel
  /** What PASSWORD_HASHERS makes, the preferred one first; not a setting of Django's. */
  readonly HASHERS?: readonly DjangoHasher[]
  /** A text signed with SECRET_KEY, and with each of SECRET_KEY_FALLBACKS: it tells whether a key is the same; not a setting of Django's. */
  readonly SIGNATURES?: readonly string[]
}

/** One of PASSWORD_HASHERS, with what its hashes cost, by the names of the attributes of its class: `iterations`, `rounds`. */
export type DjangoHasher = { readonly algorithm: string } & Readonly<Record<string, number | string>>

/** One of AUTH_PASSWORD_VALIDATORS. */
export interface DjangoValidator {
  readonly NAME: string
  readonly OPTIONS?: Readonly<Record<string, unknown>>
}

/** Where the users are. */
export interface DjangoUserModel {
  readonly table: string
  /** The class of the primary key: `AutoField`, `BigAutoField`, `UUIDField`. */
  readonly key: string
  /** Column names by the field names of `AbstractUser`; null where the model has no such field. */
  readonly columns: Readonly<Record<string, string | null>>
  readonly groups: string | null
  readonly permissions: string | null
  /** The column in these two that names the user. */
  readonly userColumn: string | null
}

/** The settings that are asked for, the keys apart. */
export const ASKED_SETTINGS: readonly string[] = [
  'ALLOWED_HOSTS LANGUAGE_CODE TIME_ZONE USE_TZ SECURE_PROXY_SSL_HEADER SESSION_ENGINE SESSION_SERIALIZER',
  'SESSION_COOKIE_NAME SESSION_COOKIE_AGE SESSION_COOKIE_DOMAIN SESSION_COOKIE_PATH SESSION_COOKIE_SECURE',
  'SESSION_COOKIE_HTTPONLY SESSION_COOKIE_SAMESITE SESSION_SAVE_EVERY_REQUEST SESSION_EXPIRE_AT_BROWSER_CLOSE',
  'CSRF_COOKIE_NAME CSRF_COOKIE_AGE CSRF_COOKIE_DOMAIN CSRF_COOKIE_PATH CSRF_COOKIE_SECURE CSRF_COOKIE_HTTPONLY',
  'CSRF_COOKIE_SAMESITE CSRF_USE_SESSIONS CSRF_HEADER_NAME CSRF_TRUSTED_ORIGINS MESSAGE_STORAGE MESSAGE_LEVEL MESSAGE_TAGS',
  'LOGIN_URL LOGIN_REDIRECT_URL LOGOUT_REDIRECT_URL PASSWORD_RESET_TIMEOUT PASSWORD_HASHERS AUTH_PASSWORD_VALIDATORS',
  'AUTHENTICATION_BACKENDS AUTH_USER_MODEL',
].flatMap((line) => line.split(' '))

/** Of the signed texts in `SIGNATURES`. */
export const SIGNATURE_SALT = 'postern.django-check'

/** Python for `python manage.py shell -v 0 -c "$(npx postern django-settings)"`; it prints the JSON, without the secret keys. */
export const DJANGO_SNIPPET: string = `
from json import dumps
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import get_hashers
from django.core import signing
names = '''
${ASKED_SETTINGS.join('\n')}
'''.split()
project = {name: getattr(settings, name, None) for name in names if hasattr(settings, name)}
model = get_user_model()
fields = {field.name: field.column for field in model._meta.concrete_fields}
email = getattr(model, 'EMAIL_FIELD', 'email')
columns = {name: fields.get(name) for name in (
    'password', 'first_name', 'last_name', 'is_active', 'is_staff', 'is_superuser', 'last_login', 'date_joined')}
columns.update(id=model._meta.pk.column, username=fields.get(model.USERNAME_FIELD), email=fields.get(email))
has_groups = hasattr(model, 'groups') and hasattr(model, 'user_permissions')
project['USER_MODEL'] = {
    'table': model._meta.db_table,
    'key': model._meta.pk.get_internal_type(),
    'columns': columns,
    'groups': model.groups.through._meta.db_table if has_groups else None,
    'permissions': model.user_permissions.through._meta.db_table if has_groups else None,
    'userColumn': model.groups.field.m2m_column_name() if has_groups else None,
}
costs = ('iterations', 'rounds', 'time_cost', 'memory_cost', 'parallelism', 'work_factor', 'block_size')
project['HASHERS'] = [
    {'algorithm': hasher.algorithm, **{name: getattr(hasher, name) for name in costs if hasattr(hasher, name)}}
    for hasher in get_hashers()]
project['SIGNATURES'] = [
    signing.dumps('postern', key=key, salt='${SIGNATURE_SALT}')
    for key in [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]]
print(dumps(project, default=str, indent=2))
`.trimStart()

/** For whoever has no such file. */
export const HOW_TO_MAKE: string =
  'Make it with `python manage.py shell -v 0 -c "$(npx postern django-settings)" > django.json`.'

/**
 * The project out of what that Python printed.
 * @param from where the text is from, for the message
 * @throws {ConfigurationError} when it is no such JSON
 */
export function parseDjangoProject(text: string, from: string): DjangoProject {
  let project: unknown
  let cause: unknown
  try {
    project = JSON.parse(text)
  } catch (error) {
    cause = error
  }
  if (typeof project === 'object' && project !== null && !Array.isArray(project)) return project
  throw new ConfigurationError(`${from} is not the JSON of a Django project. ${HOW_TO_MAKE}`, cause)
}
