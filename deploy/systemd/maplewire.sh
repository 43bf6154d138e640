#!/bin/sh
# Any command of Maplewire, as the user and with the settings of its services: `sudo maplewire status`.
# Files are named by whole paths, since it works in /var/lib/maplewire.
set -eu

cd /var/lib/maplewire 2> /dev/null || { echo "maplewire: only for root; say: sudo maplewire $*" >&2; exit 1; }
command=/opt/maplewire/current/bin/maplewire
umask 077
if [ "$(id -u)" = 0 ]; then
    HOME=/var/lib/maplewire exec setpriv --reuid maplewire --regid maplewire --init-groups --inh-caps=-all "$command" "$@"
fi
exec "$command" "$@"
