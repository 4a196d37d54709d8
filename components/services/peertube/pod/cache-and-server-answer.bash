exec 3<>/dev/tcp/__CACHE_HOST__/__CACHE_PORT__
printf 'AUTH %s\r\nPING\r\n' "$PEERTUBE_REDIS_AUTH" >&3
read -r -t 5 welcome <&3
read -r -t 5 answer <&3
[[ $answer == +PONG* ]]
exec 4<>/dev/tcp/127.0.0.1/__SERVER_PORT__
