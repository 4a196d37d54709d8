cd /var/www/html
__OCC__
OC_PASS=$(cat __SECRETS__/admin-password)
export OC_PASS
patiently occ user:resetpassword --password-from-env admin ||
  { echo 'The account admin has the password of before: the line above says why. Where it is gone, take the line out of secrets:.' >&2; exit 1; }
