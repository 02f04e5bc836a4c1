/** `postern/django`: the settings of a Postern that runs beside a Django site, out of the site's own. */
export type { DjangoHasher, DjangoProject, DjangoUserModel, DjangoValidator } from './django-project.ts'
export { DJANGO_SNIPPET } from './django-project.ts'
export { type DjangoSettings, type DjangoUserTable, djangoSettings } from './django-settings.ts'
