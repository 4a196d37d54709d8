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
    password: File.read('/run/secrets/admin/@admin.key@').strip,
    groups: [board]
  )
end
