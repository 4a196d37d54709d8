# Four loops that do nothing. $1: seconds.
for i in 1 2 3 4; do timeout "$1" sh -c 'while :; do :; done' & done
wait
echo 'four loops'
