#!/bin/sh
# Lays out the files of the packages, writes the tar.gz and the Containerfiles, and prepares what the
# builders of .deb and .rpm files read.
# Usage: JAVA_HOME=… VERSION=… TIMESTAMP=… BOM=… packages.sh DISTRIBUTION STAGE OUTPUT
# STAGE gets NAME.tgz, NAME.rpm and NAME.control for the packages grpcos and grpcos-client.
set -eu
sources=${0%/sh/build/*}/dist
clone=$sources/../../../..
distribution=$1 stage=$2 output=$3
machine=$(uname -m)
case $machine in
  x86_64) deb_arch=amd64 ;;
  aarch64) deb_arch=arm64 ;;
  *)
    echo "packages: no packages for $machine: build on x86_64 or aarch64" >&2
    exit 1
    ;;
esac
# an image without libraries has only the launcher
if [ "$(head -c 2 "$distribution/bin/grpcos")" = '#!' ] || ldd "$distribution/bin/grpcos" >/dev/null 2>&1; then
  echo 'packages: bin/grpcos is not a static program: install a C compiler and a static libc' >&2
  exit 1
fi
# The maintainer is the person who builds the packages; Debian's tools read the same variables.
maintainer="${DEBFULLNAME:-The grpcos authors} <${DEBEMAIL:-grpcos@packages.invalid}>"
umask 022
rm -rf "$stage" "$output"
mkdir -p "$stage" "$output"

# pack FOLDER NAME: writes a tar file that is the same for the same files
pack() {
  tar --create --directory "$1" --sort=name --format=gnu --owner=0 --group=0 --numeric-owner "$2"
}

# The distribution with a runtime of its own: the modules that its classes use.
home=$stage/grpcos-$VERSION-linux-$machine
mkdir "$home"
cp -R "$distribution/bin" "$distribution/lib" "$distribution/share" "$home/"
rm -f "$home"/lib/*.jsa "$home"/lib/*.aot
find "$home/lib" -name 'libnetty*.so' ! -name "*_$(echo "$machine" | sed 's/aarch64/aarch_64/').so" -exec rm {} +
# Libraries also have classes for JDBC, XML, Java Beans and JFR, which grpcos does not use. TLS needs
# jdk.crypto.ec for elliptic curves.
modules=$("$JAVA_HOME/bin/jdeps" --multi-release base --ignore-missing-deps --list-deps "$home"/lib/*.jar \
  "$home"/lib/telemetry/*.jar |
  sed -n 's/^ *\(jdk\.[a-z.]*\|java\.[a-z.]*\)$/\1/p' |
  grep -vxE 'java\.(sql|xml|desktop)|jdk\.jfr' | paste -s -d ,)
compress=2
! "$JAVA_HOME/bin/jlink" --help | grep -q zip- || compress=zip-6
"$JAVA_HOME/bin/jlink" --add-modules "$modules,jdk.crypto.ec" --output "$home/runtime" \
  --strip-debug --no-header-files --no-man-pages --compress="$compress"
rm "$home/runtime/bin/keytool" "$home/runtime/lib/jexec"
# jlink omits the version that names the archive
grep '^JAVA_RUNTIME_VERSION=' "$JAVA_HOME/release" >>"$home/runtime/release"
find "$home" -name '*.so' -exec chmod 644 {} +
strip "$home"/bin/grpcos "$home"/lib/grpcos-exec "$home"/lib/protoc "$home"/lib/*.so "$home"/runtime/bin/* \
  "$home"/runtime/lib/jspawnhelper "$home"/runtime/lib/*.so "$home"/runtime/lib/server/*.so
# A JVM checks the dates of the files that its archive is made from, except a date of zero before Java 19.
date=@0
[ "$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$home/runtime/release")" -lt 19 ] || date=$TIMESTAMP
find "$home" -exec touch -h -d "$date" {} +
"$home/lib/grpcos-archive" "$sources/classes.txt"
# an AOT cache also has the classes of the archive
[ -z "$(find "$home/lib" -name '*.aot')" ] || rm -f "$home"/lib/*.jsa
chmod -R u=rwX,go=rX "$home"
find "$home" -exec touch -h -d "$date" {} +
pack "$stage" "${home##*/}" | gzip -9n >"$output/${home##*/}.tar.gz"

# common NAME TREE: what both packages have besides programs
common() {
  mkdir -p "$2/usr/share/doc/$1" "$2/usr/share/lintian/overrides"
  cp -R "$distribution/share/man" "$distribution/share/bash-completion" "$distribution/share/fish" "$2/usr/share/"
  find "$2/usr/share/man" -type f -exec gzip -9n {} +
  cp "$sources/deb/$1/lintian-overrides" "$2/usr/share/lintian/overrides/$1"
  sed -e 's/^$/./' -e 's/^/ /' "$clone/LICENSE" | cat "$sources/copyright" - >"$2/usr/share/doc/$1/copyright"
  printf '%s (%s) unstable; urgency=medium\n\n  * This version.\n\n -- %s  %s\n' "$1" "$VERSION" \
    "$maintainer" "$(LC_ALL=C date -Ru -d "$TIMESTAMP")" |
    gzip -9n >"$2/usr/share/doc/$1/changelog.gz"
}

full=$stage/grpcos.deb
common grpcos "$full"
mkdir -p "$full/usr/bin" "$full/usr/lib/grpcos" "$full/etc/grpcos" "$full/usr/lib/systemd/system" "$full/usr/lib/systemd/user"
ln -s ../lib/grpcos/bin/grpcos "$full/usr/bin/grpcos"
cp -a "$home/bin" "$home/lib" "$home/runtime" "$full/usr/lib/grpcos/"
cp "$sources/gateway.yaml" "$full/etc/grpcos/"
for unit in system:grpcos user:user/grpcos; do
  for kind in service socket; do
    sed 's|/usr/local/lib/grpcos/bin/|/usr/bin/|' "$clone/examples/systemd/${unit#*:}.$kind" \
      >"$full/usr/lib/systemd/${unit%:*}/grpcos.$kind"
  done
done

client=$stage/grpcos-client.deb
common grpcos-client "$client"
mkdir -p "$client/usr/bin"
cp "$home/bin/grpcos" "$client/usr/bin/"

# the oldest libc that the runtime's libraries accept
glibc=$(find "$home/runtime" "$home/lib" \( -name '*.so' -o -name java \) -exec grep -aoh 'GLIBC_2\.[0-9.]*' {} + |
  sed 's/.*_//' | sort -Vu | tail -n 1)
fill() {
  awk -v version="$VERSION" -v arch="$deb_arch" -v glibc="$glibc" -v maintainer="$maintainer" '
    BEGIN { gsub(/[\\&]/, "\\\\&", maintainer) }
    { gsub(/@VERSION@/, version); gsub(/@DEB_ARCH@/, arch); gsub(/@GLIBC@/, glibc); gsub(/@MAINTAINER@/, maintainer); print }
  ' "$1"
}
for name in grpcos grpcos-client; do
  # the folders of zsh's functions differ
  cp -al "$stage/$name.deb" "$stage/$name.rpm"
  rm -rf "$stage/$name.rpm/usr/share/lintian"
  for place in deb/usr/share/zsh/vendor-completions rpm/usr/share/zsh/site-functions; do
    mkdir -p "$stage/$name.$place"
    cp "$distribution/share/zsh/site-functions/_grpcos" "$stage/$name.$place/"
  done
  chmod -R u=rwX,go=rX "$stage/$name.deb" "$stage/$name.rpm"
  pack "$stage/$name.deb" . | gzip -1n >"$stage/$name.tgz"
  cp -R "$sources/deb/$name" "$stage/$name.control"
  rm "$stage/$name.control/lintian-overrides"
  fill "$sources/deb/$name/control" >"$stage/$name.control/control"
done
cp "$BOM" "$output/"
for file in Containerfile Containerfile.client; do fill "$sources/$file" >"$output/$file"; done
cat >"$stage/packages.properties" <<END
packages.deb.arch=$deb_arch
packages.rpm.arch=$machine
packages.glibc=$glibc
END
