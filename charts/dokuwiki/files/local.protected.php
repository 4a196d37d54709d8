<?php
$conf['title'] = '@title@';
$conf['lang'] = 'fr';
$conf['baseurl'] = 'https://@host@';
$conf['basedir'] = '/';
$conf['useacl'] = 1;
$conf['authtype'] = 'authplain';
$conf['superuser'] = '@admin';
$conf['passcrypt'] = 'bcrypt';
$conf['disableactions'] = 'register,resendpwd';
$conf['securecookie'] = 1;
$conf['send404'] = 1;
$conf['updatecheck'] = 0;
$conf['allowdebug'] = 0;
// @include persons.php@
