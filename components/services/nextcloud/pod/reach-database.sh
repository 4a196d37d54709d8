# A network opening takes a moment to reach a new pod.
for _ in $(seq 60); do
  php -r '[$host, $port] = explode(":", getenv("POSTGRES_HOST")); exit(@fsockopen($host, (int) $port, $code, $text, 2) ? 0 : 1);' && break
  sleep 1
done
