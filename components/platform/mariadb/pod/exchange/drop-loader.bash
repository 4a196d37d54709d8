root <<< "DROP USER IF EXISTS '$coming'@'%', '$coming'@localhost"
