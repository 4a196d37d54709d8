set -euo pipefail
__AS_SUPERUSER__ --command='COMMENT ON DATABASE "__COMING__" IS '"'__WHOLE_MARK__'"
__THERE__
__RELEASE__
