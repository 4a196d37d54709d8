untouched = declared.fetch('associations').filter_map do |association|
  username, title, contact = association.values_at('user', 'name', 'contact')
  content = "__NOTE__ #{association.fetch('tenant')}"
  account = Account.find_local(username)
  if account.nil?
    next unless association.fetch('isOpen')

    user = User.new(
      email: contact,
      password: SecureRandom.hex,
      agreement: true,
      locale: 'fr',
      confirmed_at: Time.now.utc,
      bypass_registration_checks: true,
      external: true
    )
    user.account = Account.new(username: username, display_name: title[0, 30])
    begin
      # Without the note it would be taken for somebody else's.
      User.transaction do
        user.save!
        AccountModerationNote.create!(account: Account.find_local(name), target_account: user.account, content: content)
      end
    rescue ActiveRecord::RecordInvalid => e
      next "@#{username}: #{e.message}."
    end
    user.confirmed_at = nil
    user.mark_email_as_confirmed!
    user.approve!
    user.send_reset_password_instructions
    next
  end

  unless AccountModerationNote.exists?(target_account: account, content: content)
    next "@#{username} is somebody else's: write another name in the association's file."
  end

  user = account.user
  next "@#{username} was deleted, and its name stays taken: write another one in the association's file." if user.nil?

  closing = AccountModerationNote.where(target_account: account, content: "#{content}, __CLOSED__")
  if association.fetch('isOpen')
    User.transaction do
      user.enable! if closing.any?
      closing.destroy_all
    end
  elsif !user.disabled?
    User.transaction do
      user.disable!
      AccountModerationNote.create!(account: Account.find_local(name), target_account: account, content: "#{content}, __CLOSED__")
    end
  end
  nil
end
abort untouched.join("\n") unless untouched.empty?
