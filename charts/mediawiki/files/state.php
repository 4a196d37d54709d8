<?php
// A network policy takes a moment to reach every node.
mysqli_report(MYSQLI_REPORT_OFF);
$name = '@database.name@';
$password = rtrim(file_get_contents('/run/secrets/database/@database.key@'), "\n");
[$host, $port] = explode(':', '@database.host@:@database.port@' . ':3306');
for ($tries = 0; !($server = @mysqli_connect($host, $name, $password, $name, (int) $port)); $tries++) {
  if ($tries === 60) {
    fwrite(STDERR, 'The database does not answer: ' . mysqli_connect_error() . "\n");
    exit(1);
  }
  sleep(1);
}
$found = mysqli_query($server, "SELECT 1 FROM user_groups WHERE ug_group = 'sysop'");
echo $found && mysqli_num_rows($found) > 0 ? 'there' : 'none';
