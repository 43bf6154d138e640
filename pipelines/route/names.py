"""The carriers and writers that datelines and credits name, as a table.

`release` services distribute what others pay for; `agency` and `state_media` write themselves. An alias is
compared without case, accents' form or punctuation; `tags` are short forms that count only inside a dateline's
brackets or slashes, written exactly so ("AP" is a credit there and nothing anywhere else).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

NameKind = Literal["release", "agency", "state_media"]


@dataclass(frozen=True, slots=True)
class Name:
    """One organisation: the name shown for it, its kind, other spellings, short tags, its hosts."""

    display: str
    kind: NameKind
    aliases: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()


NAMES: tuple[Name, ...] = (
    # Release services: someone pays, they distribute.
    Name("GlobeNewswire", "release", ("Globe Newswire", "GlobeNewswire Inc"), (), ("globenewswire.com",)),
    Name("PR Newswire", "release", ("PRNewswire", "PRNewswire Asia", "美通社", "PR Newswire Asia", "Xinhua PRNewswire"), ("PRN",), ("prnewswire.com", "prnasia.com")),
    Name("CNW", "release", ("CNW Group", "Groupe CNW", "CNW Telbec", "Canada Newswire", "Newswire.ca", "Cision Canada"), ("CNW",), ("newswire.ca",)),
    Name("Business Wire", "release", ("BusinessWire", "美国商业资讯", "美國商業資訊"), (), ("businesswire.com",)),
    Name("ACCESS Newswire", "release", ("Accesswire", "ACCESSWIRE Canada"), (), ("accessnewswire.com", "accesswire.com")),
    Name("Newsfile", "release", ("Newsfile Corp", "TMX Newsfile"), (), ("newsfilecorp.com",)),
    Name("EQS", "release", ("EQS Newswire", "EQS News", "EQS Group", "DGAP", "Media OutReach Newswire by EQS"), (), ("eqs-news.com",)),
    Name("Media OutReach", "release", ("Media OutReach Newswire",), (), ("media-outreach.com",)),
    Name("ACN Newswire", "release", ("Asia Corporate News Network",), (), ("acnnewswire.com",)),
    Name("EIN Presswire", "release", ("EINPresswire",), (), ("einpresswire.com",)),
    Name("Marketwired", "release", ("Marketwire",), (), ("marketwired.com",)),
    Name("JCN Newswire", "release", ("Japan Corporate News Network",), (), ("jcnnewswire.com",)),
    # Chinese state media. Xinhua and China News Service are agencies as well; the state comes first.
    Name("Xinhua", "state_media", ("Xinhua News Agency", "Xinhua News", "Agence Xinhua", "Chine nouvelle", "Agence Chine nouvelle", "新华社", "新華社", "新华网", "新華網", "新华通讯社", "Xinhuanet"), (), ("xinhuanet.com", "news.cn")),
    Name("CGTN", "state_media", ("China Global Television Network", "CGTN Français", "中国国际电视台", "中國國際電視台"), (), ("cgtn.com",)),
    Name("CCTV", "state_media", ("China Central Television", "CCTV+", "央视新闻", "央視新聞", "央视网", "中央电视台", "中央電視台", "央视新闻客户端"), (), ("cctv.com", "cctvplus.com")),
    Name("China Media Group", "state_media", ("中央广播电视总台", "中央廣播電視總台", "央广网", "CMG"), (), ("cnr.cn",)),
    Name("China Radio International", "state_media", ("CRI Online", "Radio Chine Internationale", "国际在线", "國際在線"), ("CRI",), ("cri.cn",)),
    Name("China Daily", "state_media", ("China Daily Hong Kong", "中国日报", "中國日報", "中国日报网"), (), ("chinadaily.com.cn",)),
    Name("Global Times", "state_media", ("环球时报", "環球時報", "环球网", "環球網"), (), ("globaltimes.cn", "huanqiu.com")),
    Name("People's Daily", "state_media", ("People's Daily Online", "Le Quotidien du Peuple", "Quotidien du Peuple", "人民日报", "人民日報", "人民网", "人民網"), (), ("people.com.cn", "people.cn")),
    Name("China News Service", "state_media", ("CNS", "中新社", "中新网", "中新網", "中国新闻社", "中國新聞社", "中国新闻网", "中國新聞網", "Ecns"), (), ("chinanews.com", "chinanews.com.cn", "ecns.cn")),
    Name("China.org.cn", "state_media", ("China Internet Information Center", "中国网", "中國網"), (), ("china.org.cn", "china.com.cn")),
    Name("Beijing Review", "state_media", ("北京周报", "Beijing Information"), (), ("bjreview.com",)),
    Name("Economic Daily", "state_media", ("经济日报", "經濟日報"), (), ("ce.cn",)),
    Name("Guangming Daily", "state_media", ("光明日报", "光明日報", "光明网"), (), ("gmw.cn",)),
    Name("Sputnik", "state_media", ("RIA Novosti", "俄罗斯卫星通讯社"), (), ("sputniknews.com", "ria.ru")),
    Name("TASS", "state_media", ("塔斯社", "Agence TASS"), (), ("tass.com",)),
    # News agencies.
    Name("The Canadian Press", "agency", ("Canadian Press", "La Presse canadienne", "Presse canadienne", "加拿大通讯社", "加拿大通訊社", "加通社"), ("CP", "PC"), ("thecanadianpress.com", "lapressecanadienne.ca")),
    Name("Reuters", "agency", ("Thomson Reuters", "Agence Reuters", "路透社", "路透"), (), ("reuters.com",)),
    Name("The Associated Press", "agency", ("Associated Press", "美联社", "美聯社"), ("AP",), ("apnews.com",)),
    Name("AFP", "agency", ("Agence France-Presse", "法新社", "l'Agence France-Presse"), ("AFP",), ("afp.com",)),
    Name("Bloomberg", "agency", ("Bloomberg News", "彭博社", "彭博新闻社"), (), ("bloomberg.com",)),
    Name("Dow Jones Newswires", "agency", ("Dow Jones", "道琼斯"), (), ()),
    Name("Kyodo News", "agency", ("Kyodo", "共同社"), (), ("kyodonews.net",)),
    Name("Yonhap", "agency", ("Yonhap News Agency", "韩联社", "韓聯社"), (), ("yna.co.kr",)),
    Name("EFE", "agency", ("Agencia EFE", "埃菲社"), ("EFE",), ("efe.com",)),
    Name("dpa", "agency", ("Deutsche Presse-Agentur", "德新社"), ("dpa", "DPA"), ("dpa.com",)),
    Name("ANSA", "agency", ("安莎社",), ("ANSA",), ("ansa.it",)),
    Name("Press Association", "agency", ("PA Media",), ("PA",), ("pa.media",)),
    Name("UPI", "agency", ("United Press International", "合众国际社"), ("UPI",), ("upi.com",)),
    Name("Central News Agency", "agency", ("中央社", "中央通訊社", "Focus Taiwan"), ("CNA",), ("cna.com.tw",)),
    Name("QMI Agency", "agency", ("Agence QMI", "QMI"), (), ()),
    Name("Postmedia News", "agency", ("Postmedia News Service",), (), ()),
    Name("ANI", "agency", ("Asian News International",), ("ANI",), ("aninews.in",)),
    Name("Press Trust of India", "agency", (), ("PTI",), ("ptinews.com",)),
    Name("TNS", "agency", ("Tribune News Service", "Tribune Content Agency"), ("TNS",), ()),
)  # fmt: skip

_PUNCTUATION = re.compile(r"[\W_]+")


def key_of(name: str) -> str:
    """Return the form in which names are compared."""
    plain = unicodedata.normalize("NFKD", name).casefold()
    plain = "".join(char for char in plain if not unicodedata.combining(char))
    return _PUNCTUATION.sub("", plain).removeprefix("the")


_LONGEST = 60
"""Characters: no organisation has a longer name, and most lines of a text are."""
_BY_KEY = {key_of(alias): name for name in NAMES for alias in (name.display, *name.aliases)}
_BY_TAG = {tag: name for name in NAMES for tag in name.tags}
_BY_HOST = {host: name for name in NAMES for host in name.hosts}


def known(text: str) -> Name | None:
    """Return the organisation that `text` names, as a whole, or None."""
    return _BY_KEY.get(key_of(text)) if len(text) <= _LONGEST else None


def tagged(text: str) -> Name | None:
    """Return the organisation that a dateline's brackets name: full names and short tags."""
    text = text.strip()
    return known(text) or _BY_TAG.get(text) or _BY_KEY.get(key_of(re.split(r"\s[-–—]\s|/", text)[0]))


def host_name(host: str) -> Name | None:
    """Return the organisation that runs this host or a parent of it."""
    labels = host.lower().rstrip(".").split(".")
    return next(
        (found for n in range(len(labels) - 1) if (found := _BY_HOST.get(".".join(labels[n:])))), None
    )


def ends_with_known(text: str) -> Name | None:
    """Return the last organisation of a credit: "Jo Smith, The Canadian Press", "Jo Smith | Reuters | Jan. 5"."""
    parts = re.split(r"[,，/|;；]|\s[-–—]|\s{2,}", text[-200:])
    return next((found for part in reversed(parts) if (found := known(part))), None)
