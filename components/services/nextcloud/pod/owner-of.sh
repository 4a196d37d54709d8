# Sets `owner` to whose a path is, and `folder` to the number of a group's.
owner=${1%%/*} folder=
if [ "$owner" = __groupfolders ]; then folder=${1#*/} folder=${folder%%/*}; fi
case $folder in *[!0-9]*) folder=all ;; esac
