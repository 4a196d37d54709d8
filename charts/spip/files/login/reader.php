<?php
function commune_may_read() {
  return match ('@access@') {
    'public' => true,
    'members' => commune_told('USER') !== '',
    'admins' => commune_told('USER') !== '' && commune_told('ROLE') === 'admins',
  };
}
