#!/bin/bash
# Bring Airflow's tables up to date and make its two users. Safe to repeat: a user who is there keeps the password.
set -euo pipefail

airflow db migrate

create_user() { # NAME ROLE PASSWORD
    airflow users create --username "$1" --role "$2" --firstname Maplewire --lastname "$1" \
        --email "$1@localhost" --password "$3"
}

create_user admin Admin "${AIRFLOW_ADMIN_PASSWORD:?}"
create_user desk Viewer "${DESK_PASSWORD:?}"
