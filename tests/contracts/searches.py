"""An invented corpus, and what every search index has to find in it.

Three languages and both Chinese scripts are equals here; every host ends in .example. The name of a
document tells what it is there for. `SEARCHES` pairs a query with the names it finds, `ODD` with odd
input that has to be answered all the same. Times not given are noon of the day in the table.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from pipelines.model import Document, Relation

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def _doc(name: str, day: str, lang: str | None, title: str, body: str, **more: Any) -> Document:
    published = None
    if day:
        moment = day if "T" in day else f"{day}T12:00:00+00:00"
        published = datetime.fromisoformat(moment)
    source = more.pop("source", "prairie-post")
    host, display, country, owner, tier = SOURCES[source]
    fields: dict[str, Any] = {
        "story_id": f"s-{name}",
        "url": f"https://{host}/{name}",
        "site": host,
        "source": source,
        "source_name": display,
        "collected": (published or datetime(2026, 2, 10, 8, 0, tzinfo=UTC)) + timedelta(hours=1),
        "country": country,
        "owner": owner,
        "tier": tier,
    }
    fields |= more
    return Document(id=name, seq=1, lang=lang, title=title, body=body, published=published, **fields)


SOURCES = {
    "prairie-post": ("www.prairiepost.example", "The Prairie Post", "CA", "private", 2),
    "rivage": ("rivage.example", "Le Rivage de Québec", "CA", "private", 2),
    "north-radio": ("news.northradio.example", "North Radio", "CA", "public", 1),
    "lantern-daily": ("lantern.example", "灯塔日报", "CN", "state", 1),
    "harbour-times": ("harbour.example", "海港時報", "HK", "private", 2),
    "wirepoint": ("releases.wirepoint.example", "WirePoint", "US", "wire", 3),
    "ministry": ("trade.gov.example", "Ministry of Exchange", "CA", "government", 1),
    "think-lake": ("lakeinstitute.example", "Lake Institute", "CA", "research", 3),
}

DOCUMENTS: tuple[Document, ...] = (
    # -- English
    _doc(
        "canola-duty", "2026-01-05", "en", "China’s canola duties bite on the Prairies",
        "Growers in Regina say the tariff on canola seed cut exports by 75.8 per cent.\n\n"
        "Ministers will meet in Beijing.",
        topics=("canola", "tariffs"), authors=("Jean Tremblay", "Mei Lin"),
        credits=("The Prairie Press", "草原社"),
    ),
    _doc(
        "canola-update", "2026-01-06", "en", "Update: China's canola duties bite on the Prairies",
        "Growers in Regina say the tariffs on canola seeds cut exports by 75.8 per cent. "
        "A minister answered.",
        story_id="s-canola-duty", relation=Relation.UPDATE, topics=("canola",), source="north-radio",
    ),
    _doc(
        "partnership", "2026-01-17T09:30:00+00:00", "en", "Leaders announce a strategic partnership",
        "The president of China and the prime minister of Canada announced a strategic partnership "
        "in Beijing.",
        story_id="s-partnership", source="wirepoint", origin="Lantern Global Network", carrier="WirePoint",
        kind="paid_release",
    ),
    _doc(
        "partnership-copy", "2026-01-17T15:00:00+00:00", "en",
        "A partnership that is strategic, say both capitals",
        "The president of China and the prime minister of Canada announced a strategic partnership "
        "in Beijing.",
        story_id="s-partnership", origin="Lantern Global Network", carrier="WirePoint", kind="paid_release",
        relation=Relation.VERBATIM,
    ),
    _doc(
        "partner-order", "2026-01-18", "en", "Partnership first, strategic questions later",
        "Partners wonder. A strategy for the partnership does not exist, wrote O'Brien.", source="think-lake",
        authors=("Padraig O’Brien",),
    ),
    _doc(
        "ev-surtax", "2026-01-20", "en", "Electric-vehicle surtax under review",
        "Ottawa may drop its surtax on electric vehicles made in China, three officials said. Steel stays.",
        topics=("ev", "tariffs"), source="north-radio",
    ),
    _doc(
        "steel", "2026-01-21", "en", "Steel quota fills within days",
        "A quota for steel from China filled quickly. Aluminium and canola were not affected.",
        topics=("steel",),
    ),
    _doc(
        "interference", "2026-01-25", "en", "Inquiry hears of foreign interference",
        "Witnesses described interference in two ridings. The embassy denied everything.",
        source="north-radio",
        topics=("interference",),
    ),
    _doc(
        "embassy-denies", "2026-01-26", "en", "Embassy calls report groundless",
        "A spokesperson said that the U.S. stirs up trouble between Canada and China.", source="ministry",
        kind="government",
    ),
    _doc(
        "lobster", "2026-02-01", "en", "Lobsters fly to Shanghai",
        "Lobster exporters in Nova Scotia charter planes to Shanghai.",
        topics=("seafood",),
    ),
    _doc(
        "numbers", "2026-02-02", "en", "C919 jets: 1,000 orders, C$3.5bn",
        "G7峰会 heard that 1,000 jets cost 3.5bn in 2026.",
        source="think-lake",
    ),
    _doc(
        "markup", "2026-02-03", "en", "Q&A: <b>visas</b> & \"visa-free\" entry",
        "Who pays? Nobody <script>alert(1)</script> does. See travel.example for visas.",
        source="prairie-post",
    ),
    _doc("undated", "", "en", "An undated note on pandas", "Pandas return to the zoo.", source="think-lake"),
    _doc(
        "stop-glued", "2026-02-04", "en", "Talks end",
        "Negotiators left Geneva.Canada expects a second round.Xi'an hosts it.",
    ),
    _doc("technology", "2026-02-05", "en", "Technologies of the future",
    "Possibly the last technological word.", source="think-lake"),
    _doc(
        "near-far", "2026-02-06", "en", "Potash and ports",
        "Potash left the port. Many weeks later, after a long strike, wheat followed.",
    ),
    _doc("near-close", "2026-02-07", "en", "Grain news", "Wheat and potash left together.", country=None),
    _doc("no-lang", "2026-02-08", None, "???", "12345", source="wirepoint", owner=None),
    _doc(
        "hyphens", "2026-02-09", "en", "Sino-Canadian ties at a low",
        "Vice-presidents met. The Canada-China council did not.",
    ),
    # -- French
    _doc(
        "fr-canola", "2026-01-05", "fr", "La Chine impose des droits sur le canola",
        "Les producteurs québécois s’inquiètent des tarifs. L’ambassade de Chine n’a pas répondu.",
        source="rivage",
        topics=("canola",), authors=("Élodie Gagné",),
    ),
    _doc(
        "fr-ambassade", "2026-01-12", "fr", "L'ambassadeur rencontre les élus à Québec",
        "L'ambassadeur de Chine a été reçu à l'hôtel de ville aujourd'hui.", source="rivage",
    ),
    _doc(
        "fr-partenariat", "2026-01-17", "fr", "Un partenariat stratégique annoncé à Pékin",
        "Le président chinois et le premier ministre canadien ont annoncé un partenariat stratégique.",
        source="rivage",
        origin="Lantern Global Network", carrier="WirePoint", kind="paid_release", story_id="s-partnership",
        relation=Relation.EDITED,
    ),
    _doc(
        "fr-ingerence", "2026-01-27", "fr", "Ingérence étrangère : la commission poursuit",
        "Des témoins ont parlé d’ingérence. Le cœur de l’enquête reste secret.", source="rivage",
        topics=("interference",),
    ),
    _doc(
        "fr-decomposed", "2026-01-28", "fr", "Que\u0301bec et le marche\u0301 chinois",
        "Le marché s’ouvre, dit-on à l’Université.", source="rivage",
    ),
    _doc("fr-or", "2026-01-29", "fr", "Le prix de l’or grimpe", "L’or et le cuivre grimpent.",
    source="rivage", tier=3),
    _doc("fr-vols", "2026-02-02", "fr-CA", "Vols directs vers Shanghaï", "Les vols directs reprennent.",
    source="rivage"),
    # -- Chinese, simplified
    _doc(
        "hans-canola", "2026-01-05", "zh-Hans", "中国对加拿大油菜籽加征关税",
        "加拿大农民表示，油菜籽出口下降。总理将访问北京。",
        source="lantern-daily", topics=("canola", "tariffs"),
    ),
    _doc(
        "hans-xi", "2026-01-17", "zh-Hans", "习近平会见加拿大总理",
        "国家主席习近平在北京会见加拿大总理，双方宣布建立战略伙伴关系。",
        source="lantern-daily", story_id="s-xi", kind="state_media", origin="灯塔通讯社",
    ),
    _doc(
        "hans-lithium", "2026-01-22", "zh-Hans", "锂矿投资受审查",
        "加国审查锂矿交易。中方表示关切。", source="lantern-daily",
    ),
    _doc(
        "hans-panda", "2026-01-30", "zh-Hans", "大熊猫返回加拿大",
        "两只大熊猫抵达卡尔加里。", source="lantern-daily",
    ),
    _doc(
        "hans-mixed", "2026-02-02", "zh-Hans", "G7峰会讨论AI与5G技术",
        "G7峰会在加拿大举行，TikTok 与华为5G引发讨论。2026年1月数据。",
        source="lantern-daily",
    ),
    _doc(
        "hans-name", "2026-02-03", "zh-Hans", "前总理贾斯廷·特鲁多发言",
        "特鲁多说：“加拿大需要中国市场”。", source="lantern-daily",
    ),
    _doc(
        "hans-order", "2026-02-04", "zh-Hans", "加拿大与中国",
        "中国与加拿大的距离。国中的学生。", source="lantern-daily",
    ),
    # -- Chinese, traditional
    _doc(
        "hant-canola", "2026-01-06", "zh-Hant", "中國對加拿大油菜籽加徵關稅",
        "加拿大農民表示，油菜籽出口下降。",
        source="harbour-times", topics=("canola",),
    ),
    _doc(
        "hant-xi", "2026-01-17", "zh-Hant", "習近平會見加拿大總理",
        "雙方宣布建立戰略夥伴關係。", source="harbour-times",
        story_id="s-xi", relation=Relation.REPORT,
    ),
    _doc(
        "hant-taiwan", "2026-01-23", "zh-Hant", "加拿大軍艦穿越臺灣海峽",
        "護衛艦通過台灣海峽，中國表示抗議。", source="harbour-times",
    ),
    _doc(
        "hant-hk", "2026-01-31", "zh-Hant", "懸賞名單再添加拿大港人",
        "香港警方發出懸賞，意味著關係緊張。", source="harbour-times",
    ),
    # -- others
    _doc(
        "korean", "2026-02-05", "ko", "캐나다 총리 베이징 방문",
        "캐나다 총리가 베이징을 방문했다.", source="wirepoint",
    ),
    _doc(
        "japanese", "2026-02-05", "ja", "カナダ首相が北京を訪問",
        "カナダの首相は北京で会談した。", source="wirepoint",
    ),
    _doc("russian", "2026-02-06", "ru", "Премьер Канады в Пекине", "Премьер-министр Канады прибыл.",
    source="wirepoint"),
    _doc("full-width", "2026-02-07", "en", "ＦＵＬＬ ｗｉｄｔｈ Ｃａｎａｄａ",
    "Ligatures: ﬁsheries of Łódź, naïve cliché.", source="wirepoint"),
    _doc("empty-body", "2026-02-08", "en", "Only a headline about potash", "", source="prairie-post"),
)  # fmt: skip
NAMES = frozenset(document.id for document in DOCUMENTS)


def _but(*names: str) -> frozenset[str]:
    return NAMES - frozenset(names)


def _in(*langs: str) -> frozenset[str]:
    return frozenset(d.id for d in DOCUMENTS if d.lang in langs)


_CANOLA_EN = "canola-duty canola-update steel"
_SHARED = "partnership partnership-copy"
_WIRE = f"{_SHARED} fr-partenariat"

SEARCHES: tuple[tuple[str, str | frozenset[str]], ...] = (
    # words, stems, case, accents, apostrophes
    ("canola", f"{_CANOLA_EN} fr-canola"),
    ("CANOLA", f"{_CANOLA_EN} fr-canola"),
    ("tariff", "canola-duty canola-update"),
    ("tariffs", "canola-duty canola-update"),
    ("lobster", "lobster"),
    (
        "China",
        "canola-duty canola-update partnership partnership-copy ev-surtax steel embassy-denies hyphens",
    ),
    (
        "china's",
        "canola-duty canola-update partnership partnership-copy ev-surtax steel embassy-denies hyphens",
    ),
    ("China’s AND duties", "canola-duty canola-update"),
    ("Québec", "fr-ambassade fr-decomposed"),
    ("quebec", "fr-ambassade fr-decomposed"),
    ("QUE\u0301BEC", "fr-ambassade fr-decomposed"),
    ("ambassade", "fr-canola"),
    ("l’ambassade", "fr-canola"),
    ("l'ambassade", "fr-canola"),
    ("ambassadeur", "fr-ambassade"),
    ("marché", "fr-decomposed"),
    ("ingérence", "fr-ingerence"),
    ("ingerence", "fr-ingerence"),
    ("coeur", "fr-ingerence"),
    ("cœur", "fr-ingerence"),
    ("aujourd’hui", "fr-ambassade"),
    ("hôtel", "fr-ambassade"),
    ("O'Brien", "partner-order"),
    ("OBrien", "partner-order"),
    ("technological", "technology"),
    ("technology", "technology"),
    ("possibly", "technology"),
    ("possible", ""),
    ("fisheries", "full-width"),
    ("lodz", "full-width"),
    ("full width canada", "full-width"),
    ("Премьер", "russian"),
    ("канады пекине", "russian"),
    # hyphens, full stops, numbers
    ("Canada-China", "hyphens"),
    ("sino", "hyphens"),
    ("Sino-Canadian", "hyphens"),
    ('"sino canadian"', "hyphens"),
    ("visa-free", "markup"),
    ("vice-president", "hyphens"),
    ("electric-vehicle", "ev-surtax"),
    ('"electric vehicles"', "ev-surtax"),
    ("Geneva", "stop-glued"),
    ("canada expects", "stop-glued"),
    ("Xian", "stop-glued"),
    ("U.S.", "embassy-denies"),
    ("travel.example", "markup"),
    ("travel", "markup"),
    ("75.8", "canola-duty canola-update"),
    ("1,000", "numbers"),
    ("C919", "numbers"),
    ("3.5bn", "numbers"),
    ("1000", "numbers"),
    # phrases and nearness
    ('"strategic partnership"', _SHARED),
    ("“strategic partnership”", _SHARED),
    ('"partnership strategic"', ""),
    ('"foreign interference"', "interference"),
    ("«partenariat stratégique»", "fr-partenariat"),
    ('"premier ministre"', "fr-partenariat"),
    ('"prime minister"', _SHARED),
    ('"canola wheat"', ""),
    ('"potash wheat"~1', "near-close"),
    ('"wheat potash"~1', "near-close"),
    ('"wheat potash"~15', "near-close near-far"),
    ('"wheat potash left"~1', "near-close"),
    ('"strategic partnership"~3', "partner-order partnership partnership-copy"),
    ('"title missing"', ""),
    ('"prairies growers"', ""),
    ("potash NEAR/1 wheat", "near-close"),
    ("potash w/15 wheat", "near-close near-far"),
    ("potash pre/15 wheat", "near-far"),
    ("wheat pre/1 potash", "near-close"),
    ("(potash OR lobster) NEAR/1 (wheat OR exporters)", "lobster near-close"),
    ("potash w/15 whea*", "near-close near-far"),
    ("whea* pre/1 pota*", "near-close"),
    ("ministers NEAR/5 president", f"{_SHARED}"),
    ('"prime minister" NEAR/4 president', f"{_SHARED}"),
    ("title:(strategic w/3 partnerships)", "partnership partnership-copy partner-order"),
    ("中国 w/1 加拿大", "hans-canola hans-order hant-canola"),
    ("加拿大 pre/1 中国", "hans-order"),
    ("droit NEAR/2 canola", "fr-canola"),
    ("potash NEAR/1 wheat NEAR/1 left", "near-close"),
    # prefixes and wildcards
    ("canol*", f"{_CANOLA_EN} fr-canola"),
    ("tari*", "canola-duty canola-update fr-canola"),
    ("ambassad*", "fr-ambassade fr-canola"),
    ("québ*", "fr-ambassade fr-canola fr-decomposed"),
    ("Sino-Canad*", "hyphens"),
    ("l'ambassad*", "fr-ambassade fr-canola"),
    ("l?bster", "lobster"),
    ("lobster?", "lobster"),
    ("lobster fly to Shanghai?", "lobster"),
    ("Steel quota fills - within days!", "steel"),
    ("Inquiry hears: foreign and interference", ""),
    ("c*nola", f"{_CANOLA_EN} fr-canola"),
    ("interf*nce", "interference"),
    ("technolog*s", "technology"),
    ("cafe*", ""),
    ("*nola", f"{_CANOLA_EN} fr-canola"),
    ("?anola", f"{_CANOLA_EN} fr-canola"),
    ("*ambassad*", "fr-ambassade fr-canola"),
    ("source:*-post lobster", "lobster"),
    ("canolo~1", f"{_CANOLA_EN} fr-canola"),
    ("cnaola~", f"{_CANOLA_EN} fr-canola"),
    ("canoola~1", f"{_CANOLA_EN} fr-canola"),
    ("canla~1", f"{_CANOLA_EN} fr-canola"),
    ("kanola~1", ""),
    ("title:shangai~1", "fr-vols lobster"),
    ("author:tremblai~1", "canola-duty"),
    # operators
    ("canola AND tariff*", "canola-duty canola-update"),
    ("canola && tariff*", "canola-duty canola-update"),
    ("canola tariff*", "canola-duty canola-update"),
    ("lobster OR panda", "lobster undated"),
    ("lobster || panda", "lobster undated"),
    ("canola -steel", "canola-duty canola-update fr-canola"),
    ("canola NOT steel", "canola-duty canola-update fr-canola"),
    ("canola AND !steel", "canola-duty canola-update fr-canola"),
    ("+canola +steel", "steel"),
    ("steel AND (canola OR surtax)", "ev-surtax steel"),
    ("steel canola OR surtax", "ev-surtax steel"),
    ("canola AND steel OR lobster", "lobster steel"),
    ("(canola OR colza) AND NOT (steel OR growers)", "fr-canola"),
    ("((((lobster))))", "lobster"),
    ("NOT canola", NAMES - frozenset(f"{_CANOLA_EN} fr-canola".split())),
    ("-canola -lang:en", NAMES - _in("en") - {"fr-canola"}),
    ("*:*", NAMES),
    ("*", NAMES),
    ("*:* AND NOT lang:*", "no-lang"),
    ("lobster AND -lobster", ""),
    # fields of text
    ("title:canola", "canola-duty canola-update fr-canola"),
    ("title：canola", "canola-duty canola-update fr-canola"),
    ("body:canola", _CANOLA_EN),
    ("text:panda", "undated"),
    ("title:(steel OR lobster*)", "lobster steel"),
    ('title:"strategic partnership"', "partnership"),
    ("title:shanghai", "fr-vols lobster"),
    ("title:t*ogies", "technology"),
    ("Title:potash", "empty-body near-far"),
    ("-body:*", "empty-body"),
    # origin, carrier, author
    ("origin:lantern", _WIRE),
    ('origin:"Lantern Global Network"', _WIRE),
    ("origin:(lantern OR 灯塔通讯社)", f"{_WIRE} hans-xi"),
    ("origin:燈塔", "hans-xi"),
    ("origin:networks", ""),
    ("carrier:wirepoint", _WIRE),
    ("carrier:WirePoint -source:wirepoint", "fr-partenariat partnership-copy"),
    ("carrier:*", _WIRE),
    ("_exists_:carrier", _WIRE),
    ("_exists_:origin AND NOT _exists_:carrier", "hans-xi"),
    ("author:gagne", "fr-canola"),
    ("author:o'brien", "partner-order"),
    ('author:"Mei Lin"', "canola-duty"),
    ('author:"Tremblay Mei"', ""),
    ("author:trem*", "canola-duty"),
    ("credit:prairie", "canola-duty"),
    ('credits:"the prairie press"', "canola-duty"),
    ('credit:"press 草原社"', ""),
    ("credit:草原社 AND author:lin", "canola-duty"),
    ("_exists_:credit", "canola-duty"),
    ("author:prairie", ""),
    # keywords
    ("source:rivage lang:fr", _in("fr", "fr-CA")),
    ('source:"Le Rivage de Quebec"', _in("fr", "fr-CA")),
    ("source:灯塔日报", _in("zh-Hans")),
    ("source:harb*", _in("zh-Hant")),
    ("source:riv", ""),
    ("site:northradio.example", "canola-update ev-surtax interference"),
    ("site:www.prairiepost.example lobster", "lobster"),
    ("site:prairiepost.example lobster", "lobster"),
    ("site:gov.example", "embassy-denies"),
    ("site:radio.example", ""),
    ("lang:zh", _in("zh-Hans", "zh-Hant")),
    ("lang:zh*", _in("zh-Hans", "zh-Hant")),
    ("lang:ZH-hant", _in("zh-Hant")),
    ("lang:fr", _in("fr", "fr-CA")),
    ("lang:fr-ca", "fr-vols"),
    ("lang:(ja OR ko)", "japanese korean"),
    ("country:cn", _in("zh-Hans")),
    ("country:HK", _in("zh-Hant")),
    ("-country:*", "near-close"),
    ("owner:state", _in("zh-Hans")),
    ("owner:(government OR public)", "canola-update embassy-denies ev-surtax interference"),
    ("kind:paid_release", _WIRE),
    ("kind:paid-release", _WIRE),
    ("kind:state_media OR kind:government", "embassy-denies hans-xi"),
    ("relation:verbatim", "partnership-copy"),
    ("relation:(update OR edited OR report)", "canola-update fr-partenariat hant-xi"),
    ("topic:canola", "canola-duty canola-update fr-canola hans-canola hant-canola"),
    ("topics:tariffs -lang:zh", "canola-duty ev-surtax"),
    ("story:s-partnership", _WIRE),
    ("url:https://rivage.example/fr-vols", "fr-vols"),
    ('url:"https://rivage.example/fr-vols"', "fr-vols"),
    ("url:https://rivage.example/fr-c*", "fr-canola"),
    # dates and numbers
    ("published:[2026-01-17 TO 2026-01-17] lang:en", _SHARED),
    ("published:2026-01-17 lang:(fr OR zh)", "fr-partenariat hans-xi hant-xi"),
    ("published:[2026-01-05 TO 2026-01-06}", "canola-duty fr-canola hans-canola"),
    ("published:{2026-01-05 TO 2026-01-06]", "canola-update hant-canola"),
    ("published:[2026-02-09 TO *]", "hyphens"),
    ("published:>=2026-02-09", "hyphens"),
    ("published:>2026-02-08", "hyphens"),
    ("published:<2026-01-06 lang:en", "canola-duty"),
    ("published:<=2026-01-06 lang:en", "canola-duty canola-update"),
    ("published:2025", ""),
    ("published:2026-01 lang:zh-Hant", "hant-canola hant-hk hant-taiwan hant-xi"),
    ("published:[2026-01-17T09:30Z TO 2026-01-17T12:00Z] strategic", "partnership"),
    ("published:2026-01-17T17:30+08:00", "partnership"),
    ("published:>now-21d", "hyphens"),
    ("published:[now-28d/d TO now-26d/d] lang:en", "markup numbers lobster"),
    ("NOT published:*", "undated"),
    ("published:[* TO *] pandas", ""),
    ("collected:2026-02-10", "undated"),
    ("tier:1 lang:en", "canola-update embassy-denies ev-surtax interference"),
    ("tier:[2 TO 2] canola", "canola-duty fr-canola steel"),
    ("tier:>2 lang:fr", "fr-or"),
    # Chinese
    ("加拿大", _in("zh-Hans", "zh-Hant") - {"hans-lithium"}),
    ("习近平", "hans-xi hant-xi"),
    ("習近平", "hans-xi hant-xi"),
    ("油菜籽", "hans-canola hant-canola"),
    ("關稅", "hans-canola hant-canola"),
    ("关税", "hans-canola hant-canola"),
    ("总理", "hans-canola hans-name hans-xi hant-xi"),
    ("国中", "hans-order"),
    ("国对", "hans-canola hant-canola"),
    ('"战略伙伴关系"', "hans-xi hant-xi"),
    ("戰略夥伴", "hans-xi hant-xi"),
    ("“加征关税”", "hans-canola hant-canola"),
    ("台灣海峽", "hant-taiwan"),
    ("台湾", "hant-taiwan"),
    ("意味着", "hant-hk"),
    ("锂", "hans-lithium"),
    ("鋰", "hans-lithium"),
    ("军", "hant-taiwan"),
    ("添加", "hant-hk"),
    ("加拿", _in("zh-Hans", "zh-Hant") - {"hans-lithium"}),
    ("加拿* 熊猫", "hans-panda"),
    ("熊*", "hans-panda"),
    ("加拿大 AND 北京", "hans-canola hans-xi"),
    ("（加拿大）AND（北京 OR 臺灣）", "hans-canola hans-xi hant-taiwan"),
    ("标题 OR title：熊猫", "hans-panda"),
    ("加拿大，油菜籽", "hans-canola hant-canola"),
    ("《习近平》", "hans-xi hant-xi"),
    ("「習近平」", "hans-xi hant-xi"),
    ("特鲁多", "hans-name"),
    ("贾斯廷·特鲁多", "hans-name"),
    ("贾斯廷特鲁多", "hans-name"),
    ("G7峰会", "hans-mixed numbers"),
    ("G7峰", "hans-mixed numbers"),
    ("5G", "hans-mixed"),
    ("TikTok 华为", "hans-mixed"),
    ("2026年", "hans-mixed"),
    ('"中国 加拿大"~1', "hans-canola hans-order hant-canola"),
    ('"中国 加拿大"~0', ""),
    ('"加拿大 总理"~1', "hans-xi hant-xi"),
    ('"中国 油菜籽 加拿大"~1', "hans-canola hant-canola"),
    ('"农民 出口 总理"~12', "hans-canola"),
    ("title:中国 -lang:zh-Hant", "hans-canola hans-order"),
    ("北京", "hans-canola hans-xi japanese"),
    ("캐나다", "korean"),
    ("カナダ", "japanese"),
    ("ｶﾅﾀﾞ", ""),
    # nesting across languages
    ("(canola OR 油菜籽) AND (lang:fr OR lang:zh)", "fr-canola hans-canola hant-canola"),
    (
        '(("strategic partnership" OR “战略伙伴关系” OR «partenariat stratégique») '
        "AND NOT (relation:verbatim OR kind:paid_release)) "
        "OR (topic:canola AND (lang:zh-Hant OR (source:north-radio AND published:>=2026-01-06)))",
        "canola-update hans-xi hant-canola hant-xi",
    ),
    ("NOT (lang:en OR lang:fr OR (lang:zh AND NOT 锂))", "hans-lithium japanese korean no-lang russian"),
)

ODD: tuple[tuple[str, str | frozenset[str]], ...] = (
    ("lobster ?", "lobster"),
    ("lobster –", "lobster"),
    ("& lobster &", "lobster"),
    ("lobster ... !!!", "lobster"),
    ("🦞 lobster 🇨🇦", "lobster"),
    ("lob\u00adster", "lobster"),
    ("lobster\t\n AND\u3000 shanghai", "lobster"),
    ("\\lobster", "lobster"),
    ("12345", "no-lang"),
    ("script", "markup"),
    ('"<b>visas</b>"', "markup"),
    ("source:' OR 1=1", frozenset()),
    ("source:\"' OR '1'='1\"", frozenset()),
    ("title:\"x') OR 1=1 --\"", frozenset()),
    ("lang:%", frozenset()),
    ("source:\\*", frozenset()),
    ("url:https\\:\\/\\/rivage.example\\/fr-vols", "fr-vols"),
    ("ⓛobster", "lobster"),
    ("TO", "lobster undated"),
    ("lobster TO", "lobster"),
    ("AND_x", frozenset()),
    ("“lobster\" shanghai", "lobster"),
    ("lobster\"shanghai\"", "lobster"),
    ("(lobster)(shanghai)", "lobster"),
    ("x" * 3000, frozenset()),
    (" OR ".join(f"nothing{n}" for n in range(900)) + " OR lobster", "lobster"),
    (" OR ".join(f"source:s{n}" for n in range(900)) + " OR source:ministry", "embassy-denies"),
    ("(" * 20 + "lobster" + ")" * 20, "lobster"),
)  # fmt: skip
