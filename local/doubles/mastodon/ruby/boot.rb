# frozen_string_literal: true

# What `rails runner` of the double runs: the small part of Mastodon that a bootstrap script uses, then the
# script. Settings, names and helpers come from the Node process that started this one.

require_relative 'core'
require_relative 'record'
require_relative 'models'
require_relative 'services'

# Names that upstream has and the double has not: say so instead of a bare "uninitialized constant".
class Object
  def self.const_missing(name)
    raise NameError, "uninitialized constant #{name} (the double's rails runner has #{Double::MODELS.join(', ')})"
  end
end

target = ARGV.shift
if target == '-'
  eval($stdin.read, TOPLEVEL_BINDING, 'stdin')
elsif File.exist?(target)
  $0 = target
  load(target)
else
  eval(target, TOPLEVEL_BINDING, '(rails runner)')
end
