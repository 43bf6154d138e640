"""Find near-duplicates with another program, one text after another, and say what that cost; run by `maplewire bench dedup`.

    {id, text} lines on standard input, the number to count from as argument ──► one JSON line a program:
        {name, cpu_s, counted, clusters: {id: cluster}}

Each program gets what its documents recommend for this: MinHash signatures of 128 permutations over word 3-grams (Chinese: three
characters), a locality-sensitive index for Jaccard 0.5 kept in memory, and the candidates verified by their exact Jaccard likeness.
Nothing is cleaned and nothing is stored on a disk.
"""

from __future__ import annotations

import json
import re
import sys
import time
from collections.abc import Callable, Iterable
from typing import Any

PERMUTATIONS, THRESHOLD = 128, 0.5
TOKEN = re.compile(r"[぀-鿿]|\w+")

Index = Callable[[int, "set[bytes]"], Iterable[int]]
"""Take a text's number and shingles, return the numbers of earlier texts that may be like it, and file it."""


def shingles(text: str) -> set[bytes]:
    words = TOKEN.findall(text.lower())
    return {" ".join(words[at : at + 3]).encode() for at in range(max(1, len(words) - 2))}


def datasketch_index() -> Index:
    from datasketch import MinHash, MinHashLSH

    index = MinHashLSH(threshold=THRESHOLD, num_perm=PERMUTATIONS)

    def take(number: int, mine: set[bytes]) -> Iterable[int]:
        minhash = MinHash(num_perm=PERMUTATIONS)
        minhash.update_batch(mine)
        found: list[int] = index.query(minhash)
        index.insert(number, minhash, check_duplication=False)
        return found

    return take


def rensa_index() -> Index:
    from rensa import RMinHash, RMinHashLSH

    index = RMinHashLSH(threshold=THRESHOLD, num_perm=PERMUTATIONS, num_bands=32)

    def take(number: int, mine: set[bytes]) -> Iterable[int]:
        minhash = RMinHash(num_perm=PERMUTATIONS, seed=1)
        minhash.update(list(mine))
        found: list[int] = index.query(minhash)
        index.insert(number, minhash)
        return found

    return take


def run(index: Index, texts: list[tuple[Any, str]], count_from: int) -> dict[str, Any]:
    kept: list[set[bytes]] = []
    cluster: list[int] = []
    started = 0.0
    for number, (_, text) in enumerate(texts):
        if number == count_from:
            started = time.process_time()
        mine = shingles(text)
        like = [n for n in index(number, mine) if len(mine & kept[n]) >= THRESHOLD * len(mine | kept[n])]
        kept.append(mine)
        cluster.append(min((cluster[n] for n in like), default=number))
    return {
        "cpu_s": time.process_time() - started,
        "counted": len(texts) - count_from,
        "clusters": {id_: c for (id_, _), c in zip(texts, cluster, strict=True)},
    }


if __name__ == "__main__":
    lines = [json.loads(line) for line in sys.stdin]
    texts = [(line["id"], line["text"]) for line in lines]
    for name, make in {"datasketch": datasketch_index, "rensa": rensa_index}.items():
        print(json.dumps({"name": name} | run(make(), texts, int(sys.argv[1]))), flush=True)
