ACCOUNTS["membres"] = "/run/secrets/members/@members.key@"
