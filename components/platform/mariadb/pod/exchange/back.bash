if [ $state != exchanged ]; then echo "__NOT_EXCHANGED__"; exit; fi
__REFUSE_OTHERS__
__MOVE__
move $coming $former
