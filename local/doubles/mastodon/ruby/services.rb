# frozen_string_literal: true

# What reaches other servers or the queues: the Node process that started this one does it.

class ResolveAccountService
  def call(name, **_options)
    name = name.acct if name.is_a?(Account)
    id = Double.ask('resolve', name: name)
    id && Account.find(id)
  end
end

class FollowService
  def call(source, target, **_options)
    Double.ask('follow', account: source.id.to_s, target: target.id.to_s)
  end
end

class UnfollowService
  def call(source, target, **_options)
    Double.ask('unfollow', account: source.id.to_s, target: target.id.to_s)
  end
end

# With the account's name kept, as by default: it is suspended, and empty. Upstream tells other servers; the double does not.
class DeleteAccountService
  def call(account, reserve_email: true)
    user = account.user
    if reserve_email
      user&.disable!
    else
      user&.destroy
    end
    Double.connection.exec_params('DELETE FROM statuses WHERE account_id = $1', [account.id])
    account.update!(display_name: '', note: '', suspended_at: Time.now.utc)
  end
end

class PostStatusService
  Posted = Struct.new(:id, :uri, :url, keyword_init: true)

  def call(account, text:, visibility: 'public', **_options)
    Posted.new(**Double.ask('post', account: account.id.to_s, text: text, visibility: visibility.to_s).transform_keys(&:to_sym))
  end
end
