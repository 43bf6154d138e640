"""`python -m pipelines.cli`, the same as `maplewire`."""

from pipelines.cli import main

main()
