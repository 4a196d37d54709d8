/**
 * php-fpm's pool: workers are started when requests come and leave when idle, so that a quiet commune uses
 * little memory. Loaded after the image's own pool files. Source: https://www.php.net/manual/install.fpm.configuration.php
 */
export function fpmPool(workers: number): string {
  return [
    "[www]",
    // nginx is in the same pod; nothing else may speak FastCGI to PHP.
    "listen = 127.0.0.1:9000",
    // One line per probe helps nobody, and paths carry the names of people and files.
    "access.log = /dev/null",
    "pm = ondemand",
    `pm.max_children = ${workers}`,
    "pm.process_idle_timeout = 60s",
    "pm.max_requests = 500",
    "",
  ].join("\n");
}
