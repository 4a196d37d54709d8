<?php
function commune_may_read() {
  $status = $GLOBALS['visiteur_session']['statut'] ?? '';
  return match ('@access@') {
    'public' => true,
    'members' => in_array($status, ['0minirezo', '1comite', '6forum'], true),
    'admins' => $status === '0minirezo',
  };
}
