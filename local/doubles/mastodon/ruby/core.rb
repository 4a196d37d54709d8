# frozen_string_literal: true

require 'json'
require 'logger'
require 'openssl'
require 'ostruct'
require 'pg'
require 'securerandom'
require 'time'

$stdout.sync = true

# What Active Support adds and bootstrap scripts use.
class Object
  def blank?
    respond_to?(:empty?) ? !!empty? : !self
  end

  def present?
    !blank?
  end

  def presence
    self if present?
  end
end

class String
  def blank?
    strip.empty?
  end
end

class Time
  def self.current
    now.utc
  end

  def self.zone
    self
  end
end

module Double
  MODELS = %w(
    Account User UserRole AccountModerationNote Setting Relay Doorkeeper::Application Doorkeeper::AccessToken
    ResolveAccountService FollowService UnfollowService PostStatusService DeleteAccountService Rails
  ).freeze

  FACTS = JSON.parse(ENV.fetch('MASTODON_DOUBLE_FACTS')).freeze

  class << self
    def connection
      @connection ||= connect
    end

    # Asks the Node process that started this one, which speaks to other servers and to the queues.
    def ask(what, **arguments)
      @requests ||= IO.for_fd(3, 'w')
      @answers ||= IO.for_fd(4, 'r')
      @requests.puts(JSON.generate({ what: what, **arguments }))
      @requests.flush
      answer = JSON.parse(@answers.gets || '{"error":"the double ended"}')
      raise answer['error'] if answer['error']

      answer['value']
    end

    private

    def connect
      connection = ENV['DATABASE_URL'].present? ? PG.connect(ENV.fetch('DATABASE_URL')) : PG.connect(address)
      connection.exec("SET timezone TO 'UTC'")
      types = PG::BasicTypeRegistry.new.register_default_types
      types.register_type(0, 'timestamp', nil, PG::TextDecoder::TimestampUtc)
      connection.type_map_for_results = PG::BasicTypeMapForResults.new(connection, registry: types)
      connection
    end

    def address
      {
        host: ENV['DB_HOST'].presence || 'localhost',
        port: ENV['DB_PORT'].presence || 5432,
        dbname: ENV['DB_NAME'].presence || 'mastodon_production',
        user: ENV['DB_USER'].presence || 'mastodon',
        password: ENV['DB_PASS'],
        sslmode: ENV['DB_SSLMODE'].presence || 'prefer',
      }
    end
  end
end

module Rails
  class << self
    def env
      @env ||= 'production'.dup.tap do |name|
        def name.production? = true
        def name.development? = false
        def name.test? = false
        def name.local? = false
      end
    end

    def logger
      @logger ||= Logger.new($stdout, level: ENV.fetch('RAILS_LOG_LEVEL', 'info').to_sym)
    end

    def root
      '/opt/mastodon'
    end

    def configuration
      @configuration ||= OpenStruct.new(x: OpenStruct.new(Double::FACTS.fetch('configuration')))
    end
  end
end

module Mastodon
  module Version
    def self.to_s = Double::FACTS.fetch('version')
  end
end
