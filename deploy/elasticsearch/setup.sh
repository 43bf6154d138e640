#!/bin/bash
# Set Kibana's password, make the user `desk` and Maplewire's API key. Safe to repeat: what is there and works is kept.
#
# The key's rights are role.json's, also after an upgrade. It is written to SECRETS as maplewire_elasticsearch_api_key,
# where MAPLEWIRE_SECRETS_DIR finds it. No secret is an argument of a command or printed.
set -euo pipefail

url=${ELASTICSEARCH_URL:-https://elasticsearch:9200}
ca=${CA_FILE:-/ca/ca.crt}
secrets=${SECRETS:-/secrets}
here=$(cd "$(dirname "$0")" && pwd)
key_file=$secrets/maplewire_elasticsearch_api_key
answer=$(mktemp)
login=$(mktemp)
trap 'rm -f "$answer" "$login"' EXIT

# ask LOGIN METHOD PATH [BODY]: print the status, leave the answer in $answer; 000 when there is none.
# LOGIN is a line of curl's configuration, handed over in a file that only we can read.
ask() {
    printf '%s\n' "$1" > "$login"
    printf '%s' "${4:-}" | curl --silent --config "$login" --cacert "$ca" --max-time 60 \
        --retry 5 --retry-connrefused --retry-delay 2 \
        --request "$2" --header 'Content-Type: application/json' \
        ${4:+--data-binary @-} --output "$answer" --write-out '%{http_code}' "$url$3" || true
}

as_elastic() { ask "user = \"elastic:$ELASTIC_PASSWORD\"" "$@"; }

# must WHAT METHOD PATH [BODY]: do it as elastic, or end with what the server said.
must() {
    local what=$1 status
    shift
    status=$(as_elastic "$@")
    if [[ $status != 2* ]]; then
        echo "$what: Elasticsearch answered $status: $(head -c 500 "$answer")" >&2
        exit 1
    fi
}

field() { sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p" "$answer"; }

must "Kibana's password" POST /_security/user/kibana_system/_password "{\"password\":\"$KIBANA_SYSTEM_PASSWORD\"}"
must "the role of desk" PUT /_security/role/maplewire_desk "$(cat "$here/desk-role.json")"
must "the user desk" PUT /_security/user/desk \
    "{\"password\":\"$DESK_PASSWORD\",\"full_name\":\"News desk\",\"roles\":[\"maplewire_desk\"]}"
if [[ -n ${AIRFLOW_LOGS_PASSWORD:-} ]]; then
    must "the role for task logs" PUT /_security/role/airflow_logs "$(cat "$here/task-logs-role.json")"
    must "the user for task logs" PUT /_security/user/airflow_logs \
        "{\"password\":\"$AIRFLOW_LOGS_PASSWORD\",\"roles\":[\"airflow_logs\"]}"
fi

role=$(cat "$here/role.json")
status=none
if [[ -s $key_file ]]; then
    status=$(ask "header = \"Authorization: ApiKey $(cat "$key_file")\"" GET /_security/_authenticate)
fi
case $status in
    200)
        id=$(base64 -d "$key_file" | cut -d: -f1) # a key is base64 of ID:SECRET
        must "the API key's rights" PUT "/_security/api_key/$id" "{\"role_descriptors\":$role}"
        echo "the API key is there and works"
        ;;
    none | 401) # a first start, or an empty data volume
        must "the API key" POST /_security/api_key "{\"name\":\"maplewire\",\"role_descriptors\":$role}"
        key=$(field encoded)
        [[ -n $key ]] || { echo "Elasticsearch gave no API key" >&2; exit 1; }
        umask 037 # our image's user is in group 0
        printf '%s\n' "$key" > "$key_file.new"
        mv "$key_file.new" "$key_file"
        echo "made an API key for Maplewire"
        ;;
    *)
        echo "the API key cannot be tried: Elasticsearch answered $status" >&2
        exit 1
        ;;
esac
chmod 755 "$secrets"
