#!/bin/sh
# Assembles the distribution around the jars that Maven has copied to its lib folder.
# Usage: JAVA_HOME=… VERSION=… assemble.sh DISTRIBUTION CLI_JAR PICOCLI MARKDOWN
# PICOCLI is the folder of picocli's build, which contains its sources; MARKDOWN has the jars that read
# the sources of the manual.
set -eu
scripts=${0%/build/*}
distribution=$1 cli_jar=$2 picocli=$3 markdown=$4
bin=$distribution/bin
lib=$distribution/lib
mkdir -p "$bin" "$distribution/share/doc/grpcos"
cp "$cli_jar" "$lib/grpcos-cli.jar"
cp "$scripts/../../../../LICENSE" "$distribution/share/doc/grpcos/"

# The published classes are Java 5 bytecode, which a JVM verifies at each start, even with an archive.
# Concatenations are compiled as in the project's own classes.
if ! [ -f "$picocli/picocli.jar" ]; then
  "$JAVA_HOME/bin/javac" -J-XX:TieredStopAtLevel=1 -nowarn -Xlint:none -proc:none --release 17 \
    -XDstringConcat=inline -d "$picocli/classes" "$picocli"/sources/picocli/*.java
  "$JAVA_HOME/bin/jar" --create --file "$picocli/picocli.jar" --date=2026-01-01T00:00:00Z \
    -C "$picocli/classes" picocli
fi
cp "$picocli/picocli.jar" "$lib/"

# The JVM rejects a class data sharing archive if a jar's date has changed, for example by a copy. It
# does not check a date of zero.
touch -d @0 "$lib"/*.jar

cp "$scripts/grpcos-jvm" "$scripts/grpcos-archive" "$lib/"
chmod 755 "$lib/grpcos-jvm" "$lib/grpcos-archive"

# the folders where Debian and related systems search below /usr and /usr/local
for place in bash:bash-completion/completions/grpcos zsh:zsh/site-functions/_grpcos \
  fish:fish/vendor_completions.d/grpcos.fish; do
  file=$distribution/share/${place#*:}
  mkdir -p "${file%/*}"
  cp "$scripts/../resources/dev/grpcos/cli/completion/grpcos.${place%%:*}" "$file"
done

# The manual consists of the help's texts and of Markdown documents. The launcher contains the help.
texts=$markdown/launcher-texts.h
rm -rf "$distribution/share/man"
"$JAVA_HOME/bin/java" -XX:TieredStopAtLevel=1 -cp "$lib/*:$markdown/*" dev.grpcos.cli.Main \
  __man "$distribution/share/man" "$scripts/../man" "$texts"

rm -f "$bin/grpcos" # the file of a running program cannot be written
if command -v cc >/dev/null; then
  sh "$scripts/build/launcher.sh" "$bin/grpcos" -DGRPCOS_VERSION="\"$VERSION\"" -DGRPCOS_TEXTS="\"$texts\""
else
  echo '[WARNING] no C compiler (cc): bin/grpcos is a shell script, and each command starts a JVM' >&2
  cp "$scripts/grpcos" "$bin/"
  chmod 755 "$bin/grpcos"
fi
