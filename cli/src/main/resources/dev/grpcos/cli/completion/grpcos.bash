# Completion of grpcos for bash, as 'grpcos completion bash' prints it.
_grpcos() {
  local line=${COMP_LINE:0:COMP_POINT} words=() gap word i
  for ((i = 0; i <= COMP_CWORD; i++)); do
    gap=${line%%[![:blank:]]*}
    line=${line#"$gap"}
    word=${COMP_WORDS[i]}
    ((i < COMP_CWORD)) || word=$line
    line=${line#"$word"}
    # bash splits words at = and :, so join the parts again
    if [[ $gap || $i == 0 ]]; then words+=("$word"); else words[-1]+=$word; fi
  done
  mapfile -t COMPREPLY < <("${words[0]/#\~\//$HOME/}" __complete bash "$COMP_WORDBREAKS" -- \
    "${words[@]:1}" 2>/dev/null)
  case ${COMPREPLY-} in
    :files)
      if [[ ${COMPREPLY[1]-} != @ ]]; then
        COMPREPLY=() && compopt -o default
        return
      fi
      # readline keeps the @ in the word, so complete it as part of the file's name
      mapfile -t COMPREPLY < <(compgen -f -P @ -- "${2#@}")
      if [[ ${#COMPREPLY[@]} == 1 && -d ${COMPREPLY#@} ]]; then
        COMPREPLY[0]+=/ && compopt -o nospace
      fi
      ;;
    :folders) COMPREPLY=() && compopt -o dirnames ;;
    *) compopt -o nospace ;; # where a space belongs, it is there
  esac
}
complete -F _grpcos grpcos
