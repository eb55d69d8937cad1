#!/usr/bin/env bash
# Serves several methods: the argument is the name of the method.
case $1 in
  GetBook) exec ./get-book.sh ;;
  CountWords) exec ./count-words.awk ;;
  *)
    echo "library.sh does not serve $1" >&2
    exit 76 # 64 + 12, UNIMPLEMENTED
    ;;
esac
