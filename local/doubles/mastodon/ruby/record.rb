# frozen_string_literal: true

require_relative 'relation'

module ActiveModel
  class UnknownAttributeError < NoMethodError; end

  # The messages of a record that is not valid.
  class Errors
    def initialize
      @messages = Hash.new { |all, name| all[name] = [] }
    end

    def add(name, message)
      @messages[name] << message
    end

    def full_messages
      @messages.flat_map { |name, all| all.map { |text| "#{name.to_s.capitalize.tr('_', ' ')} #{text}" } }
    end

    def empty? = @messages.values.all?(&:empty?)
    def any? = !empty?
    def [](name) = @messages[name]
  end
end

module ActiveRecord
  class RecordNotFound < StandardError; end
  class RecordNotSaved < StandardError; end

  class RecordInvalid < StandardError
    attr_reader :record

    def initialize(record)
      @record = record
      super("Validation failed: #{record.errors.full_messages.join(', ')}")
    end
  end

  class Base
    class << self
      attr_reader :table

      def stored_in(table, belongs_to: {}, virtual: [])
        @table = table
        @parents = belongs_to
        @virtual = virtual
        virtual.each { |name| attr_accessor name }
        belongs_to.each { |name, model| define_parent(name, model) }
      end

      attr_reader :parents, :virtual

      def columns
        @columns ||= Double.connection.exec_params(
          'SELECT column_name FROM information_schema.columns WHERE table_name = $1 AND table_schema = current_schema()',
          [table]
        ).map { |row| row['column_name'] }
      end

      # `role: role` is `role_id: role.id`.
      def conditions(given)
        given.to_h do |name, value|
          next ["#{name}_id", value&.id] if parents.key?(name.to_sym)
          next [name.to_s, value] if columns.include?(name.to_s)

          raise ActiveModel::UnknownAttributeError, "unknown attribute '#{name}' for #{self.name}."
        end
      end

      def encode(value)
        case value
        when Time then value.utc.strftime('%F %T.%6N')
        when true then 't'
        when false then 'f'
        else value&.to_s
        end
      end

      def load(row)
        allocate.tap { |record| record.send(:fill, row) }
      end

      def all = Relation.new(self)
      def where(**conditions) = Relation.new(self).where(**conditions)
      def find_by(**conditions) = where(**conditions).first
      def exists?(**conditions) = where(**conditions).exists?
      def first = all.first
      def count = all.count
      def find_each(&block) = all.each(&block)

      def find(id)
        find_by(id: id) || raise(RecordNotFound, "Couldn't find #{name} with 'id'=#{id}")
      end

      def find_by!(**conditions)
        find_by(**conditions) || raise(RecordNotFound, "Couldn't find #{name}")
      end

      def create(**attributes, &block) = new(**attributes).tap { |record| block&.call(record) }.tap(&:save)
      def create!(**attributes, &block) = new(**attributes).tap { |record| block&.call(record) }.tap(&:save!)
      def find_or_create_by(**attributes, &block) = find_by(**attributes) || create(**attributes, &block)
      def find_or_create_by!(**attributes, &block) = find_by(**attributes) || create!(**attributes, &block)

      def transaction(&block)
        Double.connection.transaction { block.call }
      end

      private

      def define_parent(name, model)
        define_method(name) do
          @related[name] ||= self["#{name}_id"] && Object.const_get(model).find_by(id: self["#{name}_id"])
        end
        define_method("#{name}=") do |record|
          @related[name] = record
          self["#{name}_id"] = record&.id
        end
      end
    end

    attr_reader :errors

    def initialize(**attributes)
      fill({})
      assign_attributes(**attributes)
    end

    def assign_attributes(**attributes)
      attributes.each do |name, value|
        unless respond_to?("#{name}=")
          raise ActiveModel::UnknownAttributeError, "unknown attribute '#{name}' for #{self.class.name}."
        end

        public_send("#{name}=", value)
      end
    end

    def [](name) = @attributes[name.to_s]

    def []=(name, value)
      @changed << name.to_s unless @attributes.key?(name.to_s) && @attributes[name.to_s] == value
      @attributes[name.to_s] = value
    end

    def id = self[:id]
    def new_record? = id.nil?
    def persisted? = !new_record?
    def inspect = "#<#{self.class.name} id: #{id.inspect}>"
    def ==(other) = other.is_a?(self.class) && !id.nil? && other.id == id

    def save
      return false unless valid?

      before_create if new_record?
      write
      true
    end

    def save!(**)
      save || raise(RecordInvalid, self)
      true
    end

    def update!(**attributes)
      assign_attributes(**attributes)
      save!
    end

    def update(**attributes)
      assign_attributes(**attributes)
      save
    end

    # Writes one value as it is: no check, no callback.
    def update_column(name, value)
      Double.connection.exec_params("UPDATE #{self.class.table} SET #{name} = $1 WHERE id = $2", [Base.encode(value), id])
      @attributes[name.to_s] = value
      true
    end

    def destroy
      before_destroy
      Double.connection.exec_params("DELETE FROM #{self.class.table} WHERE id = $1", [id])
      self
    end
    alias destroy! destroy

    def valid?
      @errors = ActiveModel::Errors.new
      validate
      @errors.empty?
    end

    def validate; end
    def before_create; end
    def before_destroy; end

    def respond_to_missing?(name, include_private = false)
      self.class.columns.include?(name.to_s.sub(/[=?]\z/, '')) || super
    end

    def method_missing(name, *args)
      column = name.to_s.sub(/[=?]\z/, '')
      return super unless self.class.columns.include?(column)
      return self[column] = args.first if name.end_with?('=')

      name.end_with?('?') ? self[column].present? && self[column] != false : self[column]
    end

    private

    def fill(row)
      @attributes = row.transform_keys(&:to_s)
      @changed = []
      @related = {}
      @errors = ActiveModel::Errors.new
    end

    def write
      self.class.parents.each_key do |name|
        record = @related[name]
        next unless record&.new_record?

        record.save!
        self["#{name}_id"] = record.id
      end
      names = @changed.uniq
      values = names.map { |name| Base.encode(@attributes[name]) }
      return if names.empty? && persisted?

      row = new_record? ? insert(names, values) : change(names, values)
      related = @related
      fill(row)
      @related = related
    end

    def insert(names, values)
      columns = names.empty? ? 'DEFAULT VALUES' : "(#{names.join(', ')}) VALUES (#{marks(names)})"
      Double.connection.exec_params("INSERT INTO #{self.class.table} #{columns} RETURNING *", values).first
    end

    def change(names, values)
      sets = names.each_with_index.map { |name, index| "#{name} = $#{index + 1}" }
      Double.connection.exec_params(
        "UPDATE #{self.class.table} SET #{sets.join(', ')} WHERE id = #{id.to_i} RETURNING *", values
      ).first
    end

    def marks(names)
      names.each_index.map { |index| "$#{index + 1}" }.join(', ')
    end
  end
end
