/^[0-9]+; / {
  # What belongs to nobody is made by the superuser, the schema that comes with a database by who owns that.
  who = / $/ ? "postgres" : $NF
  if (who == "pg_database_owner") who = owner
  if (who != last) file = sprintf("/tmp/parts/%06d.%s", ++parts, who)
  last = who
  print > file
}
