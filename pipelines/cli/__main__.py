"""`python -m pipelines.cli`, for whoever has no `maplewire` on the path."""

from pipelines.cli import main

main()
