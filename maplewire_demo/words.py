"""What the sites write around a text: dates and labels."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

_EN_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
# As the Associated Press shortens them in a dateline.
_AP_MONTHS = (
    "Jan.", "Feb.", "March", "April", "May", "June",
    "July", "Aug.", "Sept.", "Oct.", "Nov.", "Dec.",
)  # fmt: skip
_FR_MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin",
    "juillet", "août", "septembre", "octobre", "novembre", "décembre",
)  # fmt: skip
_EN_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_FR_DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")


def day_words(day: datetime) -> Mapping[str, str]:
    """Return the words for a day, as texts may use them."""
    return {
        "en_day": f"{_AP_MONTHS[day.month - 1]} {day.day}, {day.year}",
        "en_date": f"{_EN_MONTHS[day.month - 1]} {day.day}",
        "en_weekday": _EN_DAYS[day.weekday()],
        "fr_date": f"{_french_day(day)} {_FR_MONTHS[day.month - 1]} {day.year}",
        "fr_weekday": _FR_DAYS[day.weekday()],
        "zh_day": f"{day.month}月{day.day}日",
    }


def visible_time(at: datetime, lang: str) -> str:
    """Return a local time as it stands above an article."""
    if lang == "fr":
        day = f"{_french_day(at)} {_FR_MONTHS[at.month - 1]} {at.year}"
        return f"{day} à {at.hour} h {at.minute:02}"
    if lang.startswith("zh"):
        return f"{at.year}年{at.month:02}月{at.day:02}日 {at:%H:%M}"
    day = f"{_EN_MONTHS[at.month - 1]} {at.day}, {at.year}"
    half = "a.m."
    if at.hour >= 12:
        half = "p.m."
    return f"{day}, {at.hour % 12 or 12}:{at.minute:02} {half}"


def _french_day(at: datetime) -> str:
    """Return the day of the month in French.

    Only the first is an ordinal.
    """
    if at.day == 1:
        return "1er"
    return str(at.day)


# The words of navigation and footers, by the language of a page.
LABELS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "home": "Home",
        "sections": "News Opinion Business Sports Weather Obituaries",
        "cookies": "We keep a cookie to remember whether you have seen this banner.",
        "accept": "Fine by me",
        "related": "More from today",
        "published": "Posted",
        "updated": "Changed",
        "by": "By",
        "source": "Source:",
        "contact": "Media contact",
        "next": "Older stories",
        "subscribe": "Get our morning letter before the coffee is ready.",
        "footer": "Made with care and too little sleep. All names on this site are invented.",
    },
    "fr": {
        "home": "Accueil",
        "sections": "Actualités Débats Économie Sports Météo Décès",
        "cookies": "Un témoin retient que vous avez vu cette bannière, rien de plus.",
        "accept": "D'accord",
        "related": "À lire ensuite",
        "published": "Publié le",
        "updated": "Modifié le",
        "by": "Par",
        "source": "Source :",
        "contact": "Renseignements",
        "next": "Articles plus anciens",
        "subscribe": "Recevez notre lettre du matin avec le premier café.",
        "footer": "Fait avec soin sur la rive. Tous les noms de ce site sont inventés.",
    },
    "zh-Hans": {
        "home": "首页",
        "sections": "要闻 财经 社会 体育 天气 专题",
        "cookies": "本站只用一枚小饼干记住您看过这条提示。",
        "accept": "知道了",
        "related": "相关阅读",
        "published": "发布时间",
        "updated": "更新时间",
        "by": "作者",
        "source": "来源：",
        "contact": "联系人",
        "next": "下一页",
        "subscribe": "订阅早报，开水泡茶时就能读到。",
        "footer": "本站人名与机构均属虚构。",
    },
    "zh-Hant": {
        "home": "主頁",
        "sections": "要聞 財經 港聞 體育 天氣 副刊",
        "cookies": "本網只以一個小餅乾記住你看過這則提示。",
        "accept": "明白",
        "related": "延伸閱讀",
        "published": "發佈時間",
        "updated": "更新時間",
        "by": "撰文",
        "source": "來源：",
        "contact": "聯絡人",
        "next": "下一頁",
        "subscribe": "訂閱晨報，飲早茶時送到。",
        "footer": "本網人名與機構均屬虛構。",
    },
}
