<?php
$conf['authtype'] = 'authcommune';
$conf['disableactions'] .= ',profile,profile_delete';
