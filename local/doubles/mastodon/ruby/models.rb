# frozen_string_literal: true

# The settings in the database. Upstream takes any name without a word; the double takes those that upstream
# reads, and the values that its administration form takes.
class Setting
  DEFAULTS = Double::FACTS.fetch('settings').freeze

  CHOICES = {
    'registrations_mode' => %w(open approved none),
    'local_live_feed_access' => %w(public authenticated disabled),
    'remote_live_feed_access' => %w(public authenticated disabled),
    'local_topic_feed_access' => %w(public authenticated),
    'remote_topic_feed_access' => %w(public authenticated disabled),
    'landing_page' => %w(trends overview local_feed about),
    'show_domain_blocks' => %w(disabled users all),
    'show_domain_blocks_rationale' => %w(disabled users all),
  }.freeze

  class << self
    def [](name)
      known!(name)
      row = Double.connection.exec_params('SELECT value FROM settings WHERE var = $1', [name.to_s]).first
      row ? JSON.parse(row['value']) : DEFAULTS[name.to_s]
    end

    def []=(name, value)
      known!(name)
      allowed = CHOICES[name.to_s]
      raise ArgumentError, "Setting.#{name} = #{value.inspect}: it may be #{allowed.join(', ')}" if allowed && !allowed.include?(value)

      Double.connection.exec_params(
        'INSERT INTO settings (var, value) VALUES ($1, $2) ON CONFLICT (var) DO UPDATE SET value = excluded.value, updated_at = now()',
        [name.to_s, JSON.generate(value)]
      )
    end

    def method_missing(name, *args)
      name.end_with?('=') ? self[name.to_s.chomp('=')] = args.first : self[name]
    end

    def respond_to_missing?(name, _private = false)
      DEFAULTS.key?(name.to_s.chomp('='))
    end

    private

    def known!(name)
      return if DEFAULTS.key?(name.to_s)

      raise NameError, "Setting.#{name}: Mastodon #{Mastodon::Version} reads no such setting. It reads #{DEFAULTS.keys.sort.join(', ')}."
    end
  end
end

class Account < ActiveRecord::Base
  stored_in 'accounts'

  def self.find_local(username)
    row = Double.connection.exec_params(
      'SELECT * FROM accounts WHERE lower(username) = lower($1) AND domain IS NULL', [username]
    ).first
    row && load(row)
  end

  def self.find_local!(username)
    find_local(username) || raise(ActiveRecord::RecordNotFound, "Couldn't find Account")
  end

  def user = User.find_by(account_id: id)
  def local? = domain.nil?
  def acct = local? ? username : "#{username}@#{domain}"

  def bot=(value)
    self.actor_type = value ? 'Service' : 'Person'
  end

  def validate
    return unless new_record?

    errors.add(:username, "can't be blank") if username.blank?
    errors.add(:username, 'must contain only letters, numbers and underscores') unless username.to_s.match?(/\A[a-z0-9_]{1,30}\z/i)
    errors.add(:username, 'has already been taken') if Account.find_local(username.to_s)
    errors.add(:display_name, 'is too long (maximum is 30 characters)') if display_name.to_s.length > 30
  end

  def before_create
    keys = OpenSSL::PKey::RSA.new(2048)
    self.private_key = keys.to_pem
    self.public_key = keys.public_key.to_pem
  end
end

class UserRole < ActiveRecord::Base
  stored_in 'user_roles'

  def self.everyone = find(-99)
end

class User < ActiveRecord::Base
  stored_in 'users',
            belongs_to: { account: 'Account', role: 'UserRole' },
            virtual: %i(password agreement external bypass_registration_checks registration_form_time website confirm_password
                        date_of_birth invite_code current_account)

  def email=(value)
    self[:email] = value.to_s.strip.downcase
  end

  def validate
    errors.add(:email, 'is invalid') unless email.to_s.match?(/\A[^@\s]+@[^@\s]+\z/)
    if new_record?
      errors.add(:email, 'has already been taken') if User.exists?(email: email)
      errors.add(:agreement, 'must be accepted') unless [true, 'true', '1'].include?(agreement)
      errors.add(:account, 'must exist') if account.nil?
      account.errors.full_messages.each { |text| errors.add(:account, text) } if account&.new_record? && !account.valid?
    end
    errors.add(:password, "can't be blank") if new_record? && !external && password.blank?
    errors.add(:password, 'is too short (minimum is 8 characters)') if password.present? && password.length < 8
    errors.add(:password, 'is too long (maximum is 72 characters)') if password.present? && password.length > 72
  end

  def before_create
    Rails.logger.warn("upstream looks up the mail servers of #{email.split('@').last} here; the double does not") unless external
    self.approved = Setting.registrations_mode == 'open' || external ? true : false
  end

  def save
    self.encrypted_password = Double.hashed(password) if password.present?
    super
  end

  def valid_password?(candidate)
    _, salt, kept = encrypted_password.split('$')
    OpenSSL.fixed_length_secure_compare(Double.scrypt(candidate, salt), kept)
  end

  def pending? = !approved?
  def confirmed? = !confirmed_at.nil?
  def functional? = confirmed? && approved? && !disabled?
  def disable! = update!(disabled: true)
  def enable! = update!(disabled: false)

  def approve!
    approved? || update!(approved: true)
  end

  def confirm
    confirmed? || update!(confirmed_at: Time.now.utc)
  end
  alias confirm! confirm

  def skip_confirmation!
    self.confirmed_at = Time.now.utc
  end

  def mark_email_as_confirmed!
    skip_confirmation!
    save!
  end

  # Upstream queues a letter with a link that is good for six hours. The double keeps that it would, and sends nothing.
  def send_reset_password_instructions
    return false if encrypted_password.blank?

    update!(reset_password_token: SecureRandom.hex, reset_password_sent_at: Time.now.utc)
  end

  def change_password!(value)
    update!(password: value)
    Doorkeeper::AccessToken.where(resource_owner_id: id).each(&:revoke)
  end
end

# What moderators write down beside an account.
class AccountModerationNote < ActiveRecord::Base
  stored_in 'account_moderation_notes', belongs_to: { account: 'Account', target_account: 'Account' }

  def validate
    errors.add(:content, "can't be blank") if content.blank?
    errors.add(:content, 'is too long (maximum is 2000 characters)') if content.to_s.length > 2000
    errors.add(:account, 'must exist') if account_id.nil?
    errors.add(:target_account, 'must exist') if target_account_id.nil?
  end
end

# A server that passes public posts on to all that follow it.
class Relay < ActiveRecord::Base
  stored_in 'relays'

  STATES = %w(idle pending accepted rejected).freeze

  STATES.each { |name| define_method("#{name}?") { state == name } }
  alias enabled? accepted?

  def state = STATES[self[:state] || 0]

  def state=(name)
    raise ArgumentError, "'#{name}' is not a valid state" unless STATES.include?(name.to_s)

    self[:state] = STATES.index(name.to_s)
  end

  def validate
    errors.add(:inbox_url, "can't be blank") if inbox_url.blank?
    errors.add(:inbox_url, 'is invalid') unless inbox_url.to_s.match?(%r{\Ahttps?://[^/]+})
    errors.add(:inbox_url, 'has already been taken') if new_record? && Relay.exists?(inbox_url: inbox_url)
  end

  # Asks to follow; whether it was accepted comes later, through the inbox.
  def enable!
    activity = "https://#{Double::FACTS.dig('configuration', 'web_domain')}/#{SecureRandom.uuid}"
    update!(state: :pending, follow_activity_id: activity)
    Double.ask('follow_relay', inbox: inbox_url, activity: activity)
  end

  def disable!
    activity = follow_activity_id
    update!(state: :idle, follow_activity_id: nil)
    Double.ask('unfollow_relay', inbox: inbox_url, activity: activity)
  end

  def before_destroy
    disable! if enabled?
  end
end

module Double
  class << self
    # The same form as the Node side's.
    def hashed(password)
      salt = SecureRandom.hex
      "scrypt$#{salt}$#{scrypt(password, salt)}"
    end

    def scrypt(password, salt)
      OpenSSL::KDF.scrypt(password, salt: salt, N: 16_384, r: 8, p: 1, length: 32).unpack1('H*')
    end
  end
end

module Doorkeeper
  class Application < ActiveRecord::Base
    stored_in 'oauth_applications', belongs_to: { owner: 'User' }

    SCOPES = Double::FACTS.fetch('scopes').freeze

    def validate
      errors.add(:name, "can't be blank") if name.blank?
      errors.add(:redirect_uri, "can't be blank") if redirect_uri.blank?
      errors.add(:scopes, "doesn't match configured on the server.") unless (scopes.to_s.split - SCOPES).empty?
    end

    def before_create
      self.uid ||= SecureRandom.urlsafe_base64(32)
      self.secret ||= SecureRandom.urlsafe_base64(32)
    end
  end

  class AccessToken < ActiveRecord::Base
    stored_in 'oauth_access_tokens', belongs_to: { application: 'Doorkeeper::Application' }, virtual: %i(use_refresh_token)

    # Doorkeeper makes every new token itself, whatever it was given.
    def before_create
      self.token = SecureRandom.urlsafe_base64(32)
    end

    def scopes=(value)
      self[:scopes] = Array(value).join(' ')
    end

    def revoke = update!(revoked_at: Time.now.utc)
  end
end
