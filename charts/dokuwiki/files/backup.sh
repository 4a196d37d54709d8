set -eu
cd /storage
kept=''
# @include kept.sh@
exec tar -c $kept
