exec tar -C /var/lib/radicale -c --exclude .Radicale.cache --exclude .Radicale.lock collections
