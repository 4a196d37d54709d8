if [ $state = exchanged ]; then echo "__IN_USE_ALREADY__"; exit; fi
[ $state = whole ] || fail "the rows of the point were not brought, or are not whole"
__REFUSE_OTHERS__
__DROP_LOADER__
root <<< "CREATE DATABASE IF NOT EXISTS $former"
__MOVE__
move $former $coming
