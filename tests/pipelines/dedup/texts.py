"""Reports, releases and statements of invented people, paragraph by paragraph, in three languages."""

from __future__ import annotations

CNW_FR = (
    "Le Forum des producteurs de canola salue la reprise des livraisons vers trois ports chinois, annoncée "
    "jeudi après dix-huit "
    "mois d'interruption. Ses membres attendaient ce signal avant de choisir leurs semences.",
    "« Nos familles ont tenu bon tout un hiver sans savoir si leur récolte trouverait preneur », a déclaré "
    "la présidente du "
    "Forum, Margaux Tessier, lors d'un point de presse tenu à Saskatoon.",
    "Le premier navire doit quitter Prince Rupert avant la fin du mois avec quarante mille tonnes de "
    "graines. Deux autres suivront "
    "si les analyses faites à l'arrivée restent conformes au protocole que les deux pays ont signé.",
    "Le Forum demande à Ottawa de financer un laboratoire sur la côte, afin que les échantillons ne voyagent "
    "plus pendant neuf jours. "
    "Il rappelle que chaque semaine d'attente coûte près de deux millions de dollars aux silos de l'Ouest.",
    "Une délégation de douze agriculteurs se rendra à Tianjin en mars pour rencontrer des acheteurs et "
    "visiter une usine de trituration.",
)

CNW_EN = (
    "The Canola Growers' Forum welcomes the return of shipments to three Chinese ports, announced on "
    "Thursday after an interruption of "
    "eighteen months. Its members had been waiting for that signal before they chose their seed.",
    '"Our families held on for a whole winter without knowing whether their crop would find a buyer," said '
    "the Forum's president, "
    "Margaux Tessier, at a news conference in Saskatoon.",
    "The first vessel is to leave Prince Rupert before the end of the month with forty thousand tonnes of "
    "seed. Two more will follow if "
    "tests on arrival stay within the protocol that both countries signed.",
    "The Forum asks Ottawa to pay for a laboratory on the coast, so that samples need not travel for nine "
    "days any more. Every week of "
    "waiting, it recalls, costs the elevators of the West close to two million dollars.",
    "A delegation of twelve farmers will go to Tianjin in March to meet buyers and to see a crushing plant.",
)

TAIL_FR = (
    "À propos du Forum des producteurs de canola",
    "Le Forum parle au nom de onze mille fermes de l'Ouest.",
    "SOURCE Forum des producteurs de canola",
    "Renseignements : Anne Roy, 306-555-0117, anne@forum.example",
)

TAIL_EN = (
    "About the Canola Growers' Forum",
    "The Forum speaks for eleven thousand farms in the West.",
    "SOURCE Canola Growers' Forum",
    "For further information: Anne Roy, 306-555-0117, anne@forum.example",
)

XINHUA = (
    (
        "加拿大农业部长林恩十六日在北京与中国海关官员会谈后表示，两国已就恢复油菜籽贸易的时间表达成一致，"
        "首批货物预计本月底从鲁珀特王子港启运。"
    ),
    (
        "林恩说，过去十八个月里，西部农民承受了沉重压力，双方技术人员每周举行视频会议，逐项核对检验标准，"
        "终于解决了杂质含量的分歧。"
    ),
    (
        "中国海关总署一名负责人表示，中方欢迎符合标准的农产品进入市场，"
        "同时希望加方取消对电动汽车部件加征的附加费，为企业创造公平环境。"
    ),
    (
        "萨斯卡通一家谷物公司的经理告诉记者，公司已经租下两艘货轮，仓库里的存货足够装满第三艘，"
        "但铁路运力仍然令人担心。"
    ),
    (
        "分析人士指出，油菜籽只是开始，海产品、豌豆和木材的谈判更为复杂，双方约定三月在天津继续磋商，"
        "届时将有十二名农民代表随行。"
    ),
)

XINHUA_HANT = (
    (
        "加拿大農業部長林恩十六日在北京與中國海關官員會談後表示，兩國已就恢復油菜籽貿易的時間表達成一致，"
        "首批貨物預計本月底從魯珀特王子港啟運。"
    ),
    (
        "林恩說，過去十八個月裡，西部農民承受了沉重壓力，雙方技術人員每週舉行視頻會議，逐項核對檢驗標準，"
        "終於解決了雜質含量的分歧。"
    ),
    (
        "中國海關總署一名負責人表示，中方歡迎符合標準的農產品進入市場，"
        "同時希望加方取消對電動汽車部件加徵的附加費，為企業創造公平環境。"
    ),
    (
        "薩斯卡通一家穀物公司的經理告訴記者，公司已經租下兩艘貨輪，倉庫裡的存貨足夠裝滿第三艘，"
        "但鐵路運力仍然令人擔心。"
    ),
    (
        "分析人士指出，油菜籽只是開始，海產品、豌豆和木材的談判更為複雜，雙方約定三月在天津繼續磋商，"
        "屆時將有十二名農民代表隨行。"
    ),
)

PRESS = (
    "The federal trade minister says a deal that lets canola back into three Chinese ports is a beginning "
    "and not an end, and that "
    "talks on seafood and peas will take most of the year.",
    "Erin Calloway told reporters on Parliament Hill that officials had met by video every week since the "
    "summer to settle how much "
    "foreign matter a cargo may hold, the point on which inspections had failed.",
    "Prairie premiers called the news overdue. Two of them said that they would not rest until the surcharge "
    "on canola oil had gone as "
    "well, and asked for a seat at the next round in Tianjin.",
    "Opposition critics said that the government had given up its leverage on electric vehicles and had "
    "little to show for it.",
    "Shipments stopped eighteen months ago after customs officers reported pests in two cargoes, a finding "
    "that Canadian inspectors "
    "have always disputed.",
)

OWN = (
    "In Rosetown, the bins at the co-operative elevator are still four-fifths full, and manager Dale "
    "Petrenko has stopped answering "
    "calls from growers who want to know when they can haul.",
    "He expects the first rail cars in the second week of February. Until then he has rented a quonset from "
    "a neighbour, at a price he "
    "would rather not see in the paper.",
)

PAID = (
    "When the leaders of China and Canada shook hands in the Great Hall on Friday, farmers on two continents "
    "were watching. For the "
    "first time in eight years, the two countries agreed to hold a yearly meeting of their trade ministers.",
    "The agreement opens a new chapter in a friendship that began with grain ships sixty years ago, said "
    "observers in Beijing, who "
    "pointed to the rapid growth of trade in clean energy, tourism and education.",
    "A survey by the broadcaster found that eighty-one per cent of those asked in fourteen countries believe "
    "that dialogue serves both "
    "peoples better than confrontation. Young people in particular hope for more exchange.",
    "In the port of Qingdao, crane operator Wu Lihua said that he looked forward to the first ships from "
    "Prince Rupert. His father "
    "had unloaded wheat from Vancouver at the same berth.",
    "As the snow melts on the prairies, both sides have planted seeds of trust. What grows from them, "
    "experts say, will depend on "
    "patience and mutual respect.",
)

BLOG = (
    "Every winter somebody sends me a text that reads like a postcard from the Great Hall, and every winter "
    "I print it, so that my "
    "readers know what is being paid for. This one ran on at least six finance sites before lunch.",
    "Look at the survey first: fourteen countries, no sample size, no questions. Then look for the word "
    "canola, which is what the trip "
    "was about, and which the authors managed to avoid altogether. Here is the thing itself.",
    "So much for seeds of trust. The surcharge on our oil stays, two Canadians are still waiting for their "
    "passports, and nobody asked "
    "the crane operator about any of it. My advice is to read the joint communiqué, which is shorter and "
    "says more.",
)

READOUT = (
    "Today, the Prime Minister met with the Premier of the People's Republic of China in Beijing. The "
    "leaders discussed the resumption "
    "of trade in canola seed and agreed that technical experts would meet every month.",
    "The Prime Minister raised the cases of Canadians who are detained in China and underlined the "
    "importance of consular access. He "
    "reaffirmed that differences should be addressed through dialogue and with respect for sovereignty.",
    "The leaders agreed to remain in close contact and to meet again at the summit in November.",
)

REPORT_A = (
    "Four hours late and without a single question allowed, the Prime Minister ended his visit to Beijing on "
    "Friday with a deal for "
    "farmers and a silence about nearly everything else.",
    "Reporters who had waited in the cold outside the guest house were handed half a page. Aides would not "
    "say whether the surcharge "
    "on oil had come up, and the embassy had gone home for the evening.",
    "In full, the readout says: “" + READOUT[0],
    "“" + READOUT[1],
    "“" + READOUT[2] + "”",
    "For Hannah Brandt, who farms outside Swift Current, half a page is enough. She has two years of seed in "
    "her yard and a buyer who "
    "has called three times this week.",
    "Her neighbours are less sure. One of them sold his cattle in the autumn to pay the bank, and says that "
    "he will believe in ships "
    "when he sees one on the water.",
)

REPORT_B = (
    "Families of the detained had hoped for a plane; what they got was one sentence. A readout of Friday's "
    "meeting between the Prime "
    "Minister and China's Premier mentions consular access and names nobody.",
    "“We read it eleven times looking for his name,” said Teresa Okafor, whose brother has been held in "
    "Chengdu since the spring of last "
    "year and has seen a lawyer twice.",
    "The statement that the Prime Minister's Office released reads: “" + READOUT[0],
    "“" + READOUT[1],
    "“" + READOUT[2] + "”",
    "Former ambassador Louis Gagnon called the wording the usual minimum. Names are left out when talks go "
    "well and also when they go "
    "badly, he said, and only the family can tell which it is.",
    "A vigil is planned for Sunday in front of the consulate on Granville Street, the forty-second since the "
    "arrest.",
)
