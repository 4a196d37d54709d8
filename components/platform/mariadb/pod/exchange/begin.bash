set -euo pipefail
own=__DATABASE__ coming=__COMING__ former=__FORMER__
root() { __BESIDE_SERVER__ --user=root --batch --raw --skip-column-names; }
fail() { echo "$*" >&2; exit 1; }
state=$(root << SQL
SELECT IF((SELECT COUNT(*) FROM information_schema.schemata WHERE schema_name = '$coming' AND schema_comment = '__WHOLE_MARK__') = 0, 'bringing',
  IF((SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = '$coming') = 0, 'exchanged', 'whole'));
SQL
)
