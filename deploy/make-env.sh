#!/bin/sh
# Print .env.example with a new secret for each line that has none: `sh deploy/make-env.sh > .env`.
# Secrets are 64 hexadecimal digits, the Fernet key 32 bytes in URL-safe base64. Optional settings stay empty.
set -eu

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
umask 077

secret() { head -c 32 /dev/urandom | od -An -v -tx1 | tr -d ' \n'; }
fernet_key() { head -c 32 /dev/urandom | base64 | tr -d '\n' | tr '+/' '-_'; }

while IFS= read -r line || [ -n "$line" ]; do
    case $line in
        AIRFLOW_FERNET_KEY=) printf '%s%s\n' "$line" "$(fernet_key)" ;;
        *_PASSWORD= | *_SECRET= | *_KEY=) printf '%s%s\n' "$line" "$(secret)" ;;
        *) printf '%s\n' "$line" ;;
    esac
done < "$here/../.env.example"
