"""Find near-duplicates with other programs.

One text after another, with what it cost.

`maplewire bench dedup` runs this in an environment of its own:

    {id, text} lines on standard input, the number to count from as argument ──► one JSON line a program:
        {name, cpu_s, counted, clusters: {id: cluster}}

Each program gets what its documents recommend for this: MinHash signatures of 128 permutations over word
3-grams (Chinese: three characters), a locality-sensitive index for Jaccard 0.5 kept in memory, and candidates
that are verified by their exact Jaccard likeness. Nothing is cleaned and nothing is stored on a disk.
"""

from __future__ import annotations

import json
import re
import sys
import time
from collections.abc import Callable, Iterable
from typing import Any

PERMUTATIONS = 128
THRESHOLD = 0.5
SHINGLE_WORDS = 3

# A character of Chinese or Japanese, or a word.
TOKEN = re.compile(r"[぀-鿿]|\w+")

#: Takes a text's number and shingles, returns the numbers of earlier texts that may be like it,
#: and keeps the text.
Index = Callable[[int, "set[bytes]"], Iterable[int]]


def shingles_of(text: str) -> set[bytes]:
    """Return the word 3-grams of a text.

    Of a shorter one all of it.
    """
    words = TOKEN.findall(text.lower())
    shingles = set()
    for first in range(max(1, len(words) - SHINGLE_WORDS + 1)):
        shingles.add(" ".join(words[first : first + SHINGLE_WORDS]).encode())
    return shingles


def datasketch_index() -> Index:
    """Return an index of datasketch."""
    from datasketch import MinHash, MinHashLSH

    index = MinHashLSH(threshold=THRESHOLD, num_perm=PERMUTATIONS)

    def find_and_add(number: int, shingles: set[bytes]) -> Iterable[int]:
        minhash = MinHash(num_perm=PERMUTATIONS)
        minhash.update_batch(shingles)
        found: list[int] = index.query(minhash)
        index.insert(number, minhash, check_duplication=False)
        return found

    return find_and_add


def rensa_index() -> Index:
    """Return an index of rensa."""
    from rensa import RMinHash, RMinHashLSH

    index = RMinHashLSH(threshold=THRESHOLD, num_perm=PERMUTATIONS, num_bands=32)

    def find_and_add(number: int, shingles: set[bytes]) -> Iterable[int]:
        minhash = RMinHash(num_perm=PERMUTATIONS, seed=1)
        minhash.update(list(shingles))
        found: list[int] = index.query(minhash)
        index.insert(number, minhash)
        return found

    return find_and_add


def measure_index(index: Index, texts: list[tuple[Any, str]], count_from: int) -> dict[str, Any]:
    """Cluster the texts in their order, and measure the last."""
    kept: list[set[bytes]] = []
    cluster_of: list[int] = []
    started = 0.0
    for number, (_, text) in enumerate(texts):
        if number == count_from:
            started = time.process_time()
        shingles = shingles_of(text)
        # A text joins the oldest cluster that holds one like it, or begins its own.
        cluster = number
        for other in index(number, shingles):
            common = len(shingles & kept[other])
            if common >= THRESHOLD * len(shingles | kept[other]):
                cluster = min(cluster, cluster_of[other])
        kept.append(shingles)
        cluster_of.append(cluster)
    spent_s = time.process_time() - started
    clusters = {}
    for (id_, _), cluster in zip(texts, cluster_of, strict=True):
        clusters[id_] = cluster
    return {"cpu_s": spent_s, "counted": len(texts) - count_from, "clusters": clusters}


def main() -> None:
    """Measure both programs on the texts of standard input."""
    texts = []
    for line in sys.stdin:
        row = json.loads(line)
        texts.append((row["id"], row["text"]))
    for name, make_index in {"datasketch": datasketch_index, "rensa": rensa_index}.items():
        print(json.dumps({"name": name} | measure_index(make_index(), texts, int(sys.argv[1]))), flush=True)


if __name__ == "__main__":
    main()
