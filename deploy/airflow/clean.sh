#!/bin/bash
# Remove what Airflow knows of runs that are older than 30 days. dags/upkeep.py says why these tables and these options.
set -euo pipefail

exec airflow db clean --yes --clean-before-timestamp "$(date -u -d '30 days ago' +%Y-%m-%dT%H:%M:%SZ)" \
    --tables asset_event,callback,celery_taskmeta,celery_tasksetmeta,dag_run,import_error,job,log,revoked_token,session,task_reschedule,trigger \
    --batch-size 10000 --skip-archive --error-on-cleanup-failure
