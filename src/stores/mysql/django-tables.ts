/**
 * Django's own tables as Django 5.2 makes them on MariaDB and MySQL: what `SHOW CREATE TABLE` shows after `manage.py migrate` of
 * contenttypes, auth and sessions, so that Django's own migrate finds nothing left to do.
 *
 * Mirrors django/contrib/{contenttypes,auth,sessions}/migrations and django/db/backends/mysql/schema.py (5.2).
 */

const ID = '`id` integer AUTO_INCREMENT NOT NULL PRIMARY KEY'

/** Tables, constraints and indexes, in Django's order. */
export const DJANGO_TABLES: readonly string[] = [
  `CREATE TABLE \`django_migrations\` (${ID}, \`app\` varchar(255) NOT NULL, \`name\` varchar(255) NOT NULL, \`applied\` datetime(6) NOT NULL)`,
  `CREATE TABLE \`django_content_type\` (${ID}, \`app_label\` varchar(100) NOT NULL, \`model\` varchar(100) NOT NULL)`,
  'ALTER TABLE `django_content_type` ADD CONSTRAINT `django_content_type_app_label_model_76bd3d3b_uniq` UNIQUE (`app_label`, `model`)',
  `CREATE TABLE \`auth_permission\` (${ID}, \`name\` varchar(255) NOT NULL, \`content_type_id\` integer NOT NULL, \`codename\` varchar(100) NOT NULL)`,
  `CREATE TABLE \`auth_group\` (${ID}, \`name\` varchar(150) NOT NULL UNIQUE)`,
  `CREATE TABLE \`auth_group_permissions\` (${ID}, \`group_id\` integer NOT NULL, \`permission_id\` integer NOT NULL)`,
  `CREATE TABLE \`auth_user\` (${ID}, \`password\` varchar(128) NOT NULL, \`last_login\` datetime(6) NULL, \`is_superuser\` bool NOT NULL, \`username\` varchar(150) NOT NULL UNIQUE, \`first_name\` varchar(150) NOT NULL, \`last_name\` varchar(150) NOT NULL, \`email\` varchar(254) NOT NULL, \`is_staff\` bool NOT NULL, \`is_active\` bool NOT NULL, \`date_joined\` datetime(6) NOT NULL)`,
  `CREATE TABLE \`auth_user_groups\` (${ID}, \`user_id\` integer NOT NULL, \`group_id\` integer NOT NULL)`,
  `CREATE TABLE \`auth_user_user_permissions\` (${ID}, \`user_id\` integer NOT NULL, \`permission_id\` integer NOT NULL)`,
  'ALTER TABLE `auth_permission` ADD CONSTRAINT `auth_permission_content_type_id_codename_01ab375a_uniq` UNIQUE (`content_type_id`, `codename`)',
  'ALTER TABLE `auth_permission` ADD CONSTRAINT `auth_permission_content_type_id_2f476e4b_fk_django_co` FOREIGN KEY (`content_type_id`) REFERENCES `django_content_type` (`id`)',
  'ALTER TABLE `auth_group_permissions` ADD CONSTRAINT `auth_group_permissions_group_id_permission_id_0cd325b0_uniq` UNIQUE (`group_id`, `permission_id`)',
  'ALTER TABLE `auth_group_permissions` ADD CONSTRAINT `auth_group_permissions_group_id_b120cbf9_fk_auth_group_id` FOREIGN KEY (`group_id`) REFERENCES `auth_group` (`id`)',
  'ALTER TABLE `auth_group_permissions` ADD CONSTRAINT `auth_group_permissio_permission_id_84c5c92e_fk_auth_perm` FOREIGN KEY (`permission_id`) REFERENCES `auth_permission` (`id`)',
  'ALTER TABLE `auth_user_groups` ADD CONSTRAINT `auth_user_groups_user_id_group_id_94350c0c_uniq` UNIQUE (`user_id`, `group_id`)',
  'ALTER TABLE `auth_user_groups` ADD CONSTRAINT `auth_user_groups_user_id_6a12ed8b_fk_auth_user_id` FOREIGN KEY (`user_id`) REFERENCES `auth_user` (`id`)',
  'ALTER TABLE `auth_user_groups` ADD CONSTRAINT `auth_user_groups_group_id_97559544_fk_auth_group_id` FOREIGN KEY (`group_id`) REFERENCES `auth_group` (`id`)',
  'ALTER TABLE `auth_user_user_permissions` ADD CONSTRAINT `auth_user_user_permissions_user_id_permission_id_14a6b632_uniq` UNIQUE (`user_id`, `permission_id`)',
  'ALTER TABLE `auth_user_user_permissions` ADD CONSTRAINT `auth_user_user_permissions_user_id_a95ead1b_fk_auth_user_id` FOREIGN KEY (`user_id`) REFERENCES `auth_user` (`id`)',
  'ALTER TABLE `auth_user_user_permissions` ADD CONSTRAINT `auth_user_user_permi_permission_id_1fbb5f2c_fk_auth_perm` FOREIGN KEY (`permission_id`) REFERENCES `auth_permission` (`id`)',
  'CREATE TABLE `django_session` (`session_key` varchar(40) NOT NULL PRIMARY KEY, `session_data` longtext NOT NULL, `expire_date` datetime(6) NOT NULL)',
  'CREATE INDEX `django_session_expire_date_a5c62663` ON `django_session` (`expire_date`)',
]
