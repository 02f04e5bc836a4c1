/** The migrations of Django's that make the tables which Postern shares (django/contrib/{auth,contenttypes,sessions}/migrations, 5.2). */

/** Rows of `django_migrations`: application and name, in the order in which Django takes them. */
export const DJANGO_MIGRATIONS: readonly (readonly [app: string, name: string])[] = [
  ['contenttypes', '0001_initial'],
  ['contenttypes', '0002_remove_content_type_name'],
  ['auth', '0001_initial'],
  ['auth', '0002_alter_permission_name_max_length'],
  ['auth', '0003_alter_user_email_max_length'],
  ['auth', '0004_alter_user_username_opts'],
  ['auth', '0005_alter_user_last_login_null'],
  ['auth', '0006_require_contenttypes_0002'],
  ['auth', '0007_alter_validators_add_error_messages'],
  ['auth', '0008_alter_user_username_max_length'],
  ['auth', '0009_alter_user_last_name_max_length'],
  ['auth', '0010_alter_group_name_max_length'],
  ['auth', '0011_update_proxy_permissions'],
  ['auth', '0012_alter_user_first_name_max_length'],
  ['sessions', '0001_initial'],
]
