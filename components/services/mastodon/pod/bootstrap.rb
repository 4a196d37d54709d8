# frozen_string_literal: true

require 'json'

declared = JSON.parse(File.read('__FOLDER__/bootstrap.json'))
name, email = declared.fetch('owner').values_at('name', 'email')

if Account.find_local(name).nil?
  role = UserRole.find_by(name: 'Owner')
  abort 'There is no role "Owner". Run "bin/rails db:seed" in a pod of mastodon-web, then this Job again.' if role.nil?

  user = User.new(
    email: email,
    password: File.read('__SECRETS_FOLDER__/owner-password').strip,
    agreement: true,
    role_id: role.id,
    confirmed_at: Time.now.utc,
    bypass_registration_checks: true,
    external: true
  )
  user.account = Account.new(username: name)
  user.save!
  user.confirmed_at = nil
  user.mark_email_as_confirmed!
  user.approve!
end

declared.fetch('settings').each do |key, value|
  Setting.public_send("#{key}=", value) unless Setting.public_send(key) == value
end

# The reconciler of the federation follows peers in the name of the commune's account, and can do nothing else.
scopes = '__RECONCILER_SCOPES__'
owner = Account.find_local(name).user
unless owner.nil?
  secret = File.read('__SECRETS_FOLDER__/federation-token').strip
  client = Doorkeeper::Application.find_by(name: 'commune-federation') ||
           Doorkeeper::Application.create!(name: 'commune-federation', redirect_uri: 'urn:ietf:wg:oauth:2.0:oob', scopes: scopes)
  client.update!(scopes: scopes) unless client.scopes.to_s == scopes
  tokens = Doorkeeper::AccessToken.where(application_id: client.id, resource_owner_id: owner.id)
  unless tokens.exists?(token: secret, revoked_at: nil, scopes: scopes)
    tokens.destroy_all
    # A new token draws its own text, whatever it is given.
    Doorkeeper::AccessToken.create!(application: client, resource_owner_id: owner.id, scopes: scopes, expires_in: nil)
                           .update_column(:token, secret)
  end
end

relays = declared.fetch('relays')
Relay.where.not(inbox_url: relays).find_each(&:destroy)
relays.each do |inbox|
  relay = Relay.find_or_create_by!(inbox_url: inbox)
  relay.enable! unless relay.accepted? || relay.pending?
end

__ASSOCIATIONS__
