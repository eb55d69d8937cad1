# Completion of grpcos for bash, as 'grpcos completion bash' prints it.
_grpcos() {
  local line=${COMP_LINE:0:COMP_POINT} words=() files gap word i
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
      mapfile -t files < <(compgen -f -- "${2#@}")
      COMPREPLY=()
      for word in "${files[@]}"; do
        # in quotes, readline quotes the rest; otherwise it would quote the @ too
        [[ ${COMP_WORDS[COMP_CWORD]} == *[\"\']* ]] || printf -v word %q "$word"
        COMPREPLY+=("@$word")
      done
      [[ ${COMP_WORDS[COMP_CWORD]} != *[\"\']* ]] || compopt -o filenames
      if [[ ${#files[@]} == 1 && -d ${files[0]} ]]; then
        COMPREPLY[0]+=/ && compopt -o nospace
      fi
      ;;
    :folders) COMPREPLY=() && compopt -o dirnames ;;
    *) compopt -o nospace ;; # where a space belongs, it is there
  esac
}
complete -F _grpcos grpcos
