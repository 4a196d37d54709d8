<?php
  if (commune_told('USER') !== '') {
    commune_person();
    if (($_GET['page'] ?? '') === 'login') commune_go(is_string($_GET['url'] ?? 0) && $_GET['url'] !== '' ? $_GET['url'] : 'ecrire/');
  }
