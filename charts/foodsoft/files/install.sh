# @include environment.sh@
exec bundle exec rails runner /config/install.rb
