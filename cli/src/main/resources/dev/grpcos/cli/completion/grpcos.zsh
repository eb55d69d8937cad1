#compdef grpcos
# Completion of grpcos for zsh, as 'grpcos completion zsh' prints it.
_grpcos() {
  local line word prefix
  local -a open closed
  for line in "${(@f)$("${(Q)words[1]}" __complete zsh '' -- \
    "${(@Q)words[2,CURRENT-1]}" "${(Q)PREFIX}" 2>/dev/null)}"; do
    word=${line%%$'\t'*} prefix=${line#*$'\t'}
    case $word in
      '') ;;
      :files | :folders)
        [[ -z $prefix ]] || compset -P "${(b)prefix}"
        if [[ $word == :files ]]; then _files; else _files -/; fi
        return
        ;;
      *[=./]) open+=("${word//:/\\:}:$prefix") ;;
      *) closed+=("${word//:/\\:}:$prefix") ;;
    esac
  done
  _describe -t values value open -S '' -- closed
}
if [[ ${funcstack[1]} == _grpcos ]]; then _grpcos "$@"; else compdef _grpcos grpcos; fi
