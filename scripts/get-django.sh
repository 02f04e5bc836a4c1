#!/usr/bin/env bash
# get-django.sh FOLDER: unpacks a real Django 5.2 with what it needs into FOLDER and prints the folder for PYTHONPATH, for the tests
# that run beside one (DJANGO_PATH). It comes from Debian's packages, of whichever suite has it, and psycopg2 and MySQLdb from
# the suite whose Python is that of this machine; nothing is installed, and the machine's own package lists are left alone. What is there already is
# left as it is.
set -euo pipefail
folder=$(mkdir -p "${1:?usage: get-django.sh FOLDER}" && cd "$1" && pwd)
path=$folder/root/usr/lib/python3/dist-packages
wanted=5.2

version() { PYTHONPATH=$path python3 -c 'import django; print(django.get_version())' 2>/dev/null; }

# The address of the machine's own Debian mirror, in either of the two forms of a source list.
mirror() {
  sed -n -e 's/^URIs: *\([^ ]*\).*/\1/p' -e 's/^deb \(\[[^]]*\] \)\?\([^ ]*\) .*/\2/p' \
    /etc/apt/sources.list.d/*.sources /etc/apt/sources.list /etc/apt/sources.list.d/*.list 2>/dev/null | head -n 1
}

has_module() { PYTHONPATH=$path python3 -c "import $1" 2>/dev/null; }

# from_suite SUITE VERSION PACKAGE...: the packages, if the first one's version begins like that.
from_suite() {
  local suite=$1 wanted=$2 work
  shift 2
  local packages=("$@")
  work=$(mktemp -d)
  mkdir -p "$work/lists/partial" "$work/archives/partial"
  echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $(mirror) $suite main" >"$work/source.list"
  local options=(
    -o "Dir::Etc::SourceList=$work/source.list" -o Dir::Etc::SourceParts=/dev/null -o "Dir::State::Lists=$work/lists"
    -o "Dir::Cache::Archives=$work/archives" -o APT::Sandbox::User=root
  )
  local found=1 package
  # madison and not policy: a machine's preferences may pin its own release, and then there is no candidate.
  newest() { apt-cache "${options[@]}" madison "$1" | sed -n '1s/^[^|]*| *\([^ |]*\).*/\1/p'; }
  if apt-get "${options[@]}" update -q >&2 && [[ $(newest "$1") =~ ^([0-9]+:)?${wanted//./\.}\. ]]; then
    found=0
    for package in "${packages[@]}"; do
      (cd "$work" && apt-get "${options[@]}" download -q "$package=$(newest "$package")" >&2) || found=1
    done
    for package in "$work"/*.deb; do dpkg -x "$package" "$folder/root"; done
  fi
  rm -rf "$work"
  return $found
}

if [[ $(version) != "$wanted"* ]]; then
  django=("$wanted" python3-django python3-asgiref python3-sqlparse)
  from_suite sid "${django[@]}" || from_suite testing "${django[@]}" || from_suite trixie-backports "${django[@]}" || { echo "No Django $wanted among Debian's packages." >&2; exit 1; }
fi
[[ $(version) == "$wanted"* ]] || { echo "The Django in $path does not start." >&2; exit 1; }
# module NAME VERSION PACKAGE: what Django opens a database by.
module() {
  local suite
  for suite in "$(. /etc/os-release && echo "${VERSION_CODENAME:-}")" bookworm trixie sid; do
    if has_module "$1"; then return 0; fi
    if [[ -n $suite ]]; then from_suite "$suite" "$2" "$3" || true; fi
  done
  if ! has_module "$1"; then echo "No $1 for $(python3 --version) among Debian's packages." >&2; fi
}
module psycopg2 2 python3-psycopg2
# With the library of the machine's own mariadb-server.
module MySQLdb '[12]' python3-mysqldb
echo "Django $(version)" >&2
echo "$path"
