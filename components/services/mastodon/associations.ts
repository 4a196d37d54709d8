import type { Forgets } from "../service.ts";

/** What moderators read beside the account of an association: by this, and not by its name, it is known to be one. */
const note = "Compte de l'association";
/** What they read after that while it is closed: whom a moderator closed stays so. */
const closed = "fermé avec son espace";

/**
 * Accounts of associations, after the owner's. Each is made once, and then in the association's hands, but for whether it
 * can log in. Somebody else's of that name is left alone, and told: the Job fails after all else is done.
 * Source: app/models/{user,account,account_moderation_note}.rb of mastodon/mastodon v4.6.5. Whoever has no password at
 * all is sent no letter for another one.
 */
export const associationsScript = `
untouched = declared.fetch('associations').filter_map do |association|
  username, title, contact = association.values_at('user', 'name', 'contact')
  content = "${note} #{association.fetch('tenant')}"
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

  closing = AccountModerationNote.where(target_account: account, content: "#{content}, ${closed}")
  if association.fetch('isOpen')
    User.transaction do
      user.enable! if closing.any?
      closing.destroy_all
    end
  elsif !user.disabled?
    User.transaction do
      user.disable!
      AccountModerationNote.create!(account: Account.find_local(name), target_account: account, content: "#{content}, ${closed}")
    end
  end
  nil
end
abort untouched.join("\\n") unless untouched.empty?
`;

/** What deletes the account of an association, and tells other servers: what tootctl accounts delete does. */
const forgetting = `AccountModerationNote.where(content: "${note} #{ARGV.first}").find_each do |note|
  account = note.target_account
  DeleteAccountService.new.call(account, reserve_email: false) unless account.user.nil?
end`;

/** How Mastodon forgets an association: its account goes, and nobody gets the name. */
export const forgetsAccount: Forgets = {
  what: "son compte Mastodon, avec ses publications ; les autres serveurs en sont prévenus",
  deployment: "mastodon-web",
  container: "puma",
  command: (tenant) => ["bin/rails", "runner", forgetting, tenant],
};
