/**
 * A bash function that waits up to a minute for a port: a network policy takes a moment to reach every node, and failing
 * would cost a Job one of its tries. What runs after it says what is wrong when nothing answers.
 */
export const reach =
  'reach() { for _ in $(seq 60); do (exec 3<>"/dev/tcp/$1/$2") 2>/dev/null && return; sleep 1; done; }';
