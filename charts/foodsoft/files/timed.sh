# @include environment.sh@
exec bundle exec rake foodsoft:finish_ended_orders foodsoft:create_upcoming_periodic_tasks
