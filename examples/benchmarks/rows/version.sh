# A command that needs no gateway.

version_grpcos() {
  GRPCOS_SOCKET=$work/none/gateway.sock "$grpcos" --version >/dev/null
}

version_empty() {
  java_main "$classes" Empty
}

row_version() {
  alternate $((quick ? 2 : 20)) version_grpcos version_empty
  compare '`grpcos --version` without a gateway' version_grpcos version_empty 'an empty `main`' 0.1
}
