#!/bin/bash
# Bring Airflow's tables up to date, make its two users and the pool that crawls stand in line for.
# Safe to repeat: a user who is there keeps the password, a pool that is there keeps its size.
set -euo pipefail

airflow db migrate

create_user() { # NAME ROLE PASSWORD
    airflow users create --username "$1" --role "$2" --firstname Maplewire --lastname "$1" \
        --email "$1@localhost" --password "$3"
}

create_user admin Admin "${AIRFLOW_ADMIN_PASSWORD:?}"
create_user desk Viewer "${DESK_PASSWORD:?}"

airflow pools get crawl > /dev/null 2>&1 || airflow pools set crawl "${CRAWLS_AT_ONCE:-4}" "How many crawls run at once"
