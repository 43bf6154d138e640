#!/bin/bash
# Clean Airflow's tables each night at half past eight by UTC, without a line for cron.
# A night that failed leaves /tmp/clean-failed until one succeeds: the container counts as unhealthy meanwhile.
set -euo pipefail

here=$(dirname "$0")
failed=${CLEAN_FAILED_FILE:-/tmp/clean-failed}
trap 'exit 0' TERM INT

while true; do
    now=$(date -u +%s)
    next=$(date -u -d "08:30" +%s)
    ((next > now)) || next=$((next + 86400))
    sleep $((next - now)) &
    wait $! || exit 1 # in the foreground it would keep the signal waiting
    if bash "$here/clean.sh"; then
        rm -f "$failed"
    else
        echo "Airflow's tables were not cleaned; the lines above say why. It is tried again in the next night." >&2
        touch "$failed"
    fi
done
