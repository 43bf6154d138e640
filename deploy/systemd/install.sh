#!/bin/sh
# Install Maplewire as services of systemd, or upgrade it: sudo sh install.sh FOLDER
#
# FOLDER holds what `make dist` made. Nothing is installed whose checksum differs. Each version has a folder of its own in
# /opt/maplewire; `current` leads to the newest. Settings and data of an older version stay as they are.
set -eu

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
python=${PYTHON:-python3}
umask 022

# All that is missing is told at once.
trouble=
missing() { trouble="$trouble
  - $1"; }
[ "$(id -u)" = 0 ] || missing "root: say sudo sh $0 ..."
[ $# = 1 ] && [ -f "${1:-}/SHA256SUMS" ] || missing "a folder with SHA256SUMS: say sh $0 FOLDER, as \`make dist\` made it"
"$python" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2> /dev/null \
    || missing "Python 3.11, 3.12 or 3.13: apt install python3, or PYTHON=python3.12 sh $0 ..."
"$python" -c 'import ensurepip, venv' 2> /dev/null || missing "Python's venv: apt install python3-venv"
for program in systemd-sysusers systemd-tmpfiles setpriv; do
    command -v $program > /dev/null || missing "$program: apt install systemd util-linux"
done
if [ -n "$trouble" ]; then
    echo "Maplewire is not installed. What is missing:$trouble" >&2
    exit 1
fi

cd "$1"
if ! sha256sum --check --quiet --strict SHA256SUMS; then
    echo "Maplewire is not installed: files in $PWD are not those that were built. Fetch the folder again." >&2
    exit 1
fi
set -- maplewire-*-py3-none-any.whl
if [ $# != 1 ] || [ ! -f "$1" ]; then
    echo "Maplewire is not installed: $PWD needs one wheel, and has: $*" >&2
    exit 1
fi
wheel=$1
version=${wheel#maplewire-}
version=${version%-py3-none-any.whl}
place=/opt/maplewire/$version

echo "Maplewire $version goes to $place"
"$python" -m venv --clear "$place"
"$place/bin/pip" install --quiet --disable-pip-version-check --require-hashes --only-binary :all: --requirement requirements.txt
"$place/bin/pip" install --quiet --disable-pip-version-check --no-deps "./$wheel"
"$place/bin/maplewire" --version > /dev/null
ln -sfn "$version" /opt/maplewire/current

install -D -m 644 "$here/maplewire.sysusers" /etc/sysusers.d/maplewire.conf
install -D -m 644 "$here/maplewire.tmpfiles" /etc/tmpfiles.d/maplewire.conf
systemd-sysusers /etc/sysusers.d/maplewire.conf
systemd-tmpfiles --create /etc/tmpfiles.d/maplewire.conf
install -D -m 644 -t /etc/systemd/system "$here"/maplewire-*.service "$here"/maplewire-*.timer
install -D -m 644 -t /etc/systemd/system/maplewire-.service.d "$here/maplewire-.service.d/rights.conf"
install -D -m 755 "$here/maplewire.sh" /usr/local/bin/maplewire
if [ ! -e /etc/maplewire.env ]; then
    install -m 640 -g maplewire "$here/maplewire.env" /etc/maplewire.env
fi
ln -sfn /etc/maplewire.env /var/lib/maplewire/.env

units="maplewire-run.timer maplewire-watch.timer maplewire-upkeep.timer maplewire-serve.service"
if [ -d /run/systemd/system ]; then
    systemctl daemon-reload
    systemctl enable --quiet $units
    systemctl restart $units
    echo "It works. Settings: /etc/maplewire.env. How it does: sudo maplewire status"
else
    echo "It is installed. systemd does not run here; where it does, say: systemctl enable --now $units"
fi
