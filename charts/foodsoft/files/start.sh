# @include environment.sh@
rm -f tmp/pids/server.pid
exec bundle exec rails server --binding=127.0.0.1 --port=3000
