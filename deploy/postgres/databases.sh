#!/bin/sh
# Make one user and one database each for Airflow and the ledger. PostgreSQL's image runs this once, on an empty volume.
set -eu

make() { # NAME; the password comes in PASSWORD, which no list of processes shows
    psql --quiet --no-psqlrc --set ON_ERROR_STOP=1 --set name="$1" \
        --username "$POSTGRES_USER" --dbname postgres <<'SQL'
\getenv password PASSWORD
CREATE USER :"name" PASSWORD :'password';
CREATE DATABASE :"name" OWNER :"name" ENCODING 'UTF8' TEMPLATE template0;
REVOKE ALL ON DATABASE :"name" FROM PUBLIC;
SQL
}

PASSWORD=${AIRFLOW_DB_PASSWORD:?} && export PASSWORD && make airflow
PASSWORD=${MAPLEWIRE_DB_PASSWORD:?} && export PASSWORD && make maplewire
