user = Account.find_local(ENV.fetch("OWNER"))&.user
user&.change_password!(File.read("__SECRETS__/owner-password").strip)
abort "The password was not taken: #{user.errors.full_messages.join(", ")}" if user&.errors&.any?
puts user ? "The owner has another password." : "The owner is not there yet."
