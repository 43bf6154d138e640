"""What a scheduler and operators call.

airflow_tasks/       what the tasks of DAGs do
operator_mail        mail to operators: failed tasks and runs, failing sources
run_watch            what `maplewire run` tells operators of itself
check                whether all is in order, and what to do where it is not
upkeep               old batches removed, the ledger tidied
backup/              backup and restore
new_beat/            a small beat that works
beat_explanation     where a word of a beat is known from
source_switch        sources turned off and on
"""
