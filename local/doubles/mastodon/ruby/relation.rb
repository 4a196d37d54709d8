# frozen_string_literal: true

module ActiveRecord
  # Rows of one table, narrowed by values that they have or have not: enough of Active Record for a script.
  class Relation
    include Enumerable

    # What `where` without arguments is: `where.not(name: value)`.
    WhereChain = Struct.new(:relation) do
      def not(**conditions) = relation.narrowed(false, conditions)
    end

    def initialize(model, conditions = [])
      @model = model
      @conditions = conditions
    end

    def narrowed(wanted, conditions)
      Relation.new(@model, @conditions + @model.conditions(conditions).map { |name, value| [name, value, wanted] })
    end

    def where(**conditions) = conditions.empty? ? WhereChain.new(self) : narrowed(true, conditions)
    def each(&block) = rows.map { |row| @model.load(row) }.each(&block)
    alias find_each each
    def count = rows.size
    def exists?(**conditions) = (conditions.empty? ? self : where(**conditions)).any?
    def empty? = !exists?
    def find_by(**conditions) = where(**conditions).first
    def destroy_all = each(&:destroy).tap { @rows = nil }

    private

    def rows
      return @rows if @rows

      values = []
      clauses = @conditions.map { |name, value, wanted| "#{'NOT ' unless wanted}(#{clause(name, value, values)})" }
      where = clauses.empty? ? '' : " WHERE #{clauses.join(' AND ')}"
      @rows = Double.connection.exec_params("SELECT * FROM #{@model.table}#{where} ORDER BY id", values).to_a
    end

    def clause(name, value, values)
      return "#{name} IS NULL" if value.nil?
      return value.empty? ? 'false' : value.map { |each| clause(name, each, values) }.join(' OR ') if value.is_a?(Array)

      values << Base.encode(value)
      "#{name} = $#{values.size}"
    end
  end
end
