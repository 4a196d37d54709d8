application = Doorkeeper::Application.find_or_create_by!(name: '__APPLICATION__') do |made|
  made.redirect_uri = 'urn:ietf:wg:oauth:2.0:oob'
  made.scopes = '__SCOPES__'
end
user = Account.find_local('__OWNER__').user
print Doorkeeper::AccessToken.create!(
  application: application, resource_owner_id: user.id, scopes: '__SCOPES__', expires_in: __SECONDS__
).token
