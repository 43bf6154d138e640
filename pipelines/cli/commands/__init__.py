"""The commands, a file a noun. `pipelines.cli` puts them together."""
