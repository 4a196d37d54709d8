/** A manifest of a package that does not exist, after YunoHost's published schema (manifest.v2.schema.json). */
export const yunohostManifest = `packaging_format = 2

id = "lending_desk"
name = "Lending Desk"
description.en = "Lend tools: who has what, until when"
description.fr = "Prêter des outils : qui a quoi, jusqu'à quand"
version = "3.1.4~ynh2"
maintainers = ["somebody"]

[upstream]
license = "AGPL-3.0-or-later"
website = "https://lending.example"
code = "https://git.example/lending"

[integration]
yunohost = ">= 12.0.9"
helpers_version = "2.1"
architectures = ["amd64"]
multi_instance = false
ldap = true
sso = true
disk = "80M"
ram.build = "200M"
ram.runtime = "120M"

[antifeatures]
not-totally-free-upstream.en = "one theme is not free"

[install]
  [install.domain]
  type = "domain"

  [install.path]
  type = "path"
  default = "/lending"

  [install.init_main_permission]
  type = "group"
  default = "visitors"

  [install.admin]
  type = "user"

  [install.title]
  type = "string"
  default = "A title of its own"

  [install.notice]
  type = "markdown"
  ask = "Read this first."

  [install.currency]
  type = "select"
  ask.en = "Currency"
  ask.fr = "Monnaie"
  choices = ["EUR", "CHF"]

  [install.reminders]
  type = "boolean"
  ask.en = "Send reminders?"
  default = true

  [install.days]
  type = "number"
  default = 14

  [install.storage]
  type = "string"
  default = "local"

[resources]
  [resources.sources.main]
  url = "https://git.example/lending/3.1.4.tar.gz"
  sha256 = "0000000000000000000000000000000000000000000000000000000000000000"

  [resources.system_user]

  [resources.install_dir]

  [resources.data_dir]
  subdirs = ["pictures"]

  [resources.permissions]
  main.url = "/"
  main.allowed = "all_users"
  main.auth_header = true
  main.additional_urls = ["/assets"]
  api.url = "/api"
  api.allowed = "visitors"
  admin.url = "/admin"
  admin.allowed = "admins"

  [resources.ports]
  main.default = 8095

  [resources.apt]
  packages = "php8.4-mysql, php8.4-gd"

  [resources.database]
  type = "mysql"

  [resources.composer]
  version = "2.8.4"
`;
