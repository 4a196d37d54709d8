<?php
// What somebody may do is asked of the login, and no password opens anything.
$wgAutoloadClasses['CommuneSessions'] = '/config/CommuneSessions.php';
$wgSessionProviders['CommuneSessions'] = ['class' => 'CommuneSessions'];
$wgAuthManagerAutoConfig['primaryauth'] = [];
$wgEnableBotPasswords = false;
// Cookies of before open nothing.
$wgAuthenticationTokenVersion = 'commune';
// Accounts are made by the login, one for each person.
$wgGroupPermissions['sysop']['createaccount'] = false;
$wgHooks['UserEffectiveGroups'][] = ['CommuneSessions::groups'];
$wgHooks['SpecialPageBeforeExecute'][] = ['CommuneSessions::lead'];
$wgHooks['SkinTemplateNavigation::Universal'][] = ['CommuneSessions::link'];
