"""The shared node, for the tests in this folder."""

from tests.elasticsearch.fixtures import elastic, elastic_node, elastic_prefix

__all__ = ["elastic", "elastic_node", "elastic_prefix"]
