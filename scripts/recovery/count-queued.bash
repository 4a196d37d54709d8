for database in 0 1 2 3; do
  valkey-cli -n "$database" eval '
    local waiting = 0
    for _, key in ipairs(redis.call("keys", "*")) do
      if redis.call("type", key).ok == "list" then waiting = waiting + redis.call("llen", key) end
    end
    return waiting' 0
done
