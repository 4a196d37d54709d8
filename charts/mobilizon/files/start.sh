# @include environment.sh@
export SERVES=yes
exec /bin/mobilizon start
