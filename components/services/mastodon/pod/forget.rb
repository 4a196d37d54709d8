AccountModerationNote.where(content: "__NOTE__ #{ARGV.first}").find_each do |note|
  account = note.target_account
  DeleteAccountService.new.call(account, reserve_email: false) unless account.user.nil?
end
