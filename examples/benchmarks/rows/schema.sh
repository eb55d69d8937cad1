# A call to a server with a large schema, by a command without a cached schema.

schema_one() {
  "$grpcos" call --socket "$work/one.sock" large.f0.Echo/Call -d '{"text":"x"}' | lines 1
}

schema_many() {
  "$grpcos" call --socket "$work/many.sock" large.f0.Echo/Call -d '{"text":"x"}' | lines 1
}

schema_all() {
  "$grpcos" call --socket "$work/many.sock" large.all.Echo/Call -d '{"text":"x"}' | lines 1
}

row_schema() {
  local files=$((quick ? 200 : 5000))
  start_server "$work/one.sock" 1
  start_server "$work/many.sock" "$files"
  alternate $((quick ? 1 : 10)) schema_one schema_many schema_all
  stop_servers
  compare "a call to a server with a schema of $files files" schema_many schema_one 'a schema of one' 1.1
  compare "the same where the method needs all $files of them" schema_all schema_one 'a schema of one'
}
