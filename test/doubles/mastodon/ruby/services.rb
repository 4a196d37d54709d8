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

class PostStatusService
  Posted = Struct.new(:id, :uri, :url, keyword_init: true)

  def call(account, text:, visibility: 'public', **_options)
    Posted.new(**Double.ask('post', account: account.id.to_s, text: text, visibility: visibility.to_s).transform_keys(&:to_sym))
  end
end
