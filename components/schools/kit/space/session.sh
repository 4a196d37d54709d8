#!/bin/sh
# What runs is what the profile has.
run() { if command -v "$1" > /dev/null; then "$@" & fi; }
run xautolock -time __IDLE_MINUTES__ -locker 'openbox --exit' -corners 0000
run tint2
run pcmanfm --desktop
run firefox-esr
(
  sleep __SECONDS_BEFORE__
  run zenity --warning --text='La session se termine dans cinq minutes. Enregistrez votre travail sur une clé.'
  sleep __SECONDS_AFTER__
  openbox --exit
) &
exec openbox
