{{/*
What is declared, in the place of upstream's own file. JSON is YAML, and Helm's has no "<": nothing in a name is run as a program.
What stands in `protected` is changed by nobody in its pages. Source: lib/foodsoft_config.rb, config/app_config.yml.SAMPLE
*/}}
{{- define "foodsoft.settings" -}}
{{- /* It is looked up by where it runs, and where a file is asked for by what its addresses begin with. */}}
{{- range list "production" "f" }}
{{ . }}:
  multi_coop_install: false
  default_scope: f
  name: {{ toJson $.Values.title }}
  contact: {email: {{ toJson $.Values.admin.mail }}}
  email_sender: {{ toJson $.Values.admin.mail }}
  host: {{ toJson $.Values.host }}
  protocol: https
  default_locale: fr
  ignore_browser_locale: true
  time_zone: Paris
  currency_unit: €
  price_markup: 0.0
  tax_default: 5.5
  use_nick: false
  use_apple_points: false
  disable_invite: true
  protected:
    multi_coop_install: true
    default_scope: true
    database: true
    shared_lists: true
    notification: true
    protected: true
    host: true
    port: true
    protocol: true
    script_name: true
    email_sender: true
    reply_email_domain: true
    disable_invite: true
    # A program of somebody else's on every page.
    webstats_tracking_code: true
    page_footer: true
{{- end }}
{{ end }}

{{- define "foodsoft.database" -}}
production:
  adapter: mysql2
  encoding: utf8mb4
  host: {{ toJson .Values.database.host }}
  port: {{ .Values.database.port }}
  database: {{ toJson .Values.database.name }}
  username: {{ toJson .Values.database.name }}
  password: <%= File.read('/run/secrets/database/{{ .Values.database.key }}').strip.to_json %>
  pool: 5
{{ end }}

{{/* After its own settings: no letter leaves, and files are for who is in. */}}
{{- define "foodsoft.initializer" -}}
ActiveSupport.on_load(:action_mailer) { self.perform_deliveries = false }
# Less than this has the addresses of people, and what they typed in the place of their name.
Rails.logger.level = Logger::WARN

Rails.application.config.to_prepare do
  # It would say that an order was sent to a producer, and that a password was to whoever is new.
  Order.prepend(Module.new do
    def send_to_supplier!(_user)
      raise "aucun courriel ne part d'ici. Téléchargez le bon de commande (PDF) et envoyez-le vous-même."
    end
  end)
  User.prepend(Module.new { def send_welcome_mail? = false })
  # Rails takes files of anybody who asks, and gives them to whoever has the address.
  ActiveStorage::BaseController.before_action do
    head :not_found unless User.undeleted.exists?(id: session[:user_id])
  end
end
{{ end }}

{{- define "foodsoft.server" -}}
# Rails says its own, among them that all names below this one want TLS too.
proxy_hide_header Strict-Transport-Security;
proxy_hide_header Referrer-Policy;
proxy_hide_header X-Content-Type-Options;
proxy_hide_header X-Frame-Options;
location = / { return 302 /f; }
# Programs' own ways in, which take passwords too; and links out of letters, of which there are none and which can be guessed.
location ~ ^/f/(api|oauth|login/.*)(/|$) { return 404; }
# Nothing but passwords is sent there, and no page is.
location ~ ^/f/sessions {
  limit_req zone=logins burst=10 nodelay;
  limit_req zone=visitors burst=100 nodelay;
  {{- include "app.proxy" 3000 | nindent 2 }}
}
location ~ ^/(f|assets|rails/active_storage)(/|$) {
  {{- include "app.proxy" 3000 | nindent 2 }}
  proxy_read_timeout 60s;
}
location ~ ^/(favicon\.ico|robots\.txt|apple-touch-icon[a-z0-9-]*\.png)$ {
  {{- include "app.proxy" 3000 | nindent 2 }}
}
# Any other word in the place of "f" is the same pages again, past what is said above.
location / { return 404; }
{{- end }}

{{/*
One process, which answers one person at a time: whoever asks is kept in a variable that threads would share (app/models/user.rb),
and each further process takes as much memory again.
*/}}
{{- define "foodsoft.environment" -}}
set -eu
cd /usr/src/app
export HOME=/tmp RAILS_ENV=production RAILS_LOG_TO_STDOUT=yes RAILS_SERVE_STATIC_FILES=yes
export FOODSOFT_APP_CONFIG=/config/app_config.yml WEB_CONCURRENCY=0 RAILS_MAX_THREADS=1
# glibc keeps less of what was given back.
export MALLOC_ARENA_MAX=2
SECRET_KEY_BASE=$(cat /run/secrets/cookies/{{ .Values.cookies.key }})
export SECRET_KEY_BASE
{{- end }}

{{- define "foodsoft.start" -}}
{{ include "foodsoft.environment" . }}
rm -f tmp/pids/server.pid
exec bundle exec rails server --binding=127.0.0.1 --port=3000
{{ end }}

{{- define "foodsoft.prepare" -}}
{{ include "foodsoft.environment" . }}
exec bundle exec rails runner /config/install.rb
{{ end }}

{{/* Orders that are over, and tasks that come again. */}}
{{- define "foodsoft.timed" -}}
{{ include "foodsoft.environment" . }}
exec bundle exec rake foodsoft:finish_ended_orders foodsoft:create_upcoming_periodic_tasks
{{ end }}

{{/*
Before each start: its tables where there are none, or in the form of the image's version; then what an empty one begins with,
without the people and producers of its own examples. Source: db/seeds/minimal.seeds.rb, db/seeds/small.en.seeds.rb
*/}}
{{- define "foodsoft.install" -}}
base = ActiveRecord::Base
# A network policy takes a moment to reach every node.
tries = 0
begin
  base.connection.execute('SELECT 1')
rescue ActiveRecord::ActiveRecordError => error
  abort "The database does not answer: #{error.message}" if (tries += 1) == 60
  sleep 1
  retry
end

pool = base.connection_pool
# What makes the tables says last which version they have.
had = pool.schema_migration.table_exists? ? pool.schema_migration.versions.map(&:to_i).max : nil
tasks = ActiveRecord::Tasks::DatabaseTasks
if had.nil?
  tasks.load_schema(base.connection_db_config)
else
  # The tables of 5.0.0-rc1 are made in a version that none of its steps has.
  whole = File.read('db/schema.rb')[/version: ([0-9_]+)/, 1].to_i
  known = [whole, *pool.migration_context.migrations.map(&:version)].max
  abort "The tables are of a newer Foodsoft (#{had}) than this one (#{known}): it cannot go back." if had > known
  tasks.migrate
end
base.descendants.each(&:reset_column_information)

exit if User.exists?
base.transaction do
  class_of_sums = FinancialTransactionClass.create!(name: 'Compte')
  FinancialTransactionType.create!(name: 'Paiement', financial_transaction_class: class_of_sums)
  SupplierCategory.create!(name: 'Divers', financial_transaction_class: class_of_sums)
  ArticleCategory.create!(name: 'Divers')
  units = ArticleUnitsLib::DEFAULT_PIECE_UNIT_CODES + ArticleUnitsLib::DEFAULT_METRIC_SCALAR_UNIT_CODES
  units.each { |unit| ArticleUnit.find_or_create_by!(unit: unit) }
  roles = %w[admin finance invoices article_meta pickups suppliers orders].to_h { |role| ["role_#{role}", true] }
  board = Workgroup.create!(name: 'Administration', description: 'Qui administre', **roles.symbolize_keys)
  User.create!(
    first_name: 'Administration',
    email: FoodsoftConfig.config[:email_sender],
    password: File.read('/run/secrets/admin/{{ .Values.admin.key }}').strip,
    groups: [board]
  )
end
{{ end }}

{{/* What people attached; the rows are the database's own dump. What is there goes only when all that was kept could be read. */}}
{{- define "foodsoft.restore" -}}
set -eu
cd /usr/src/app/storage
rm -rf .restored
mkdir .restored
tar -x -C .restored
find . -mindepth 1 -maxdepth 1 ! -name .restored -exec rm -rf {} +
find .restored -mindepth 1 -maxdepth 1 -exec mv {} . ';'
rmdir .restored
{{ end }}
