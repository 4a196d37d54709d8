MEMBERS_PASSWORD=$(cat /run/secrets/members/@members.key@)
export MEMBERS_PASSWORD
