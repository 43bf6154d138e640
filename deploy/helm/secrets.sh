#!/bin/sh
# Make the secrets that values.yaml names, from files in a folder: sh deploy/helm/secrets.sh FOLDER NAMESPACE
#
# Each file holds one secret; a line end at its end is left out, for it would become a part of a database's name. Keys and
# passwords that are missing are made and written into the folder: keep it. Safe to repeat.
set -eu

if [ $# -ne 2 ] || [ ! -d "$1" ]; then
    echo "usage: sh deploy/helm/secrets.sh FOLDER NAMESPACE; the folder holds metadata-url, maplewire_ledger_url and others" >&2
    exit 2
fi
folder=$1
namespace=$2
umask 077

secret() { head -c 32 /dev/urandom | od -An -v -tx1 | tr -d ' \n'; }
for name in api-secret-key jwt-secret admin-password desk-password; do
    [ -e "$folder/$name" ] || secret > "$folder/$name"
done
[ -e "$folder/fernet-key" ] || head -c 32 /dev/urandom | base64 | tr -d '\n' | tr '+/' '-_' > "$folder/fernet-key"

clean=$(mktemp -d)
trap 'rm -rf "$clean"' EXIT
wrong=0
for name in metadata-url fernet-key api-secret-key jwt-secret admin-password desk-password \
    maplewire_ledger_url maplewire_elasticsearch_api_key maplewire_smtp_url; do
    if [ ! -s "$folder/$name" ]; then
        echo "$folder/$name: is missing or empty; write the secret into it" >&2
        wrong=1
        continue
    fi
    printf '%s' "$(tr -d '\r' < "$folder/$name")" > "$clean/$name"
    if [ "$(wc -l < "$clean/$name")" -ne 0 ]; then
        echo "$folder/$name: holds more than one line; leave the one with the secret" >&2
        wrong=1
    fi
done
[ "$wrong" -eq 0 ] || exit 1

put() { # NAME, then KEY=FILE of each secret in it
    name=$1
    shift
    for pair in "$@"; do
        set -- "$@" "--from-file=${pair%%=*}=$clean/${pair#*=}"
        shift
    done
    kubectl -n "$namespace" create secret generic "$name" "$@" --dry-run=client -o yaml | kubectl -n "$namespace" apply -f -
}
put maplewire-airflow-metadata connection=metadata-url
put maplewire-airflow-fernet-key fernet-key=fernet-key
put maplewire-airflow-api-secret-key api-secret-key=api-secret-key
put maplewire-airflow-jwt-secret jwt-secret=jwt-secret
put maplewire-people admin-password=admin-password desk-password=desk-password
put maplewire-secrets maplewire_ledger_url=maplewire_ledger_url \
    maplewire_elasticsearch_api_key=maplewire_elasticsearch_api_key maplewire_smtp_url=maplewire_smtp_url
