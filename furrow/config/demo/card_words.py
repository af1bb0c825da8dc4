"""What stands on the cards of the demo company: plausible, invented, Chinese. Every text could be shown to the customer it is about."""

from __future__ import annotations

SCALES = (
    "区内前三的手机批发商",
    "两间门店，夫妻经营",
    "街道上最大的一家手机店",
    "单店，年销约千台",
    "三间门店，连锁管理",
)
REACHES = (
    "江汉、江岸两区约 60 家小店",
    "本街道及周边三个社区",
    "硚口到东西湖沿线",
    "洪山高校片区",
    "汉阳及蔡甸城区",
)
RESULTS = (
    "去年手机 2,600 台，配件 38 万元",
    "手机月均 90 台，贴膜、充电头走量",
    "中端机占七成",
    "以旧换新做得好，每月 40 单",
)
HOUSE_RULES = (
    "上午 10 点前不谈业务",
    "样机须登记后才能上架",
    "周一例会，不接待来访",
    "进仓库须换工牌",
    "拍照前先打招呼",
)
BACKGROUNDS = (
    "做过八年手机维修，2015 年自己开店",
    "原在国营百货卖家电，懂陈列",
    "早年跑配件批发，人脉广",
    "退伍后开店，讲信用，说话直",
)
PEOPLE = (
    "老板定货，老板娘管账",
    "店长说了算，采购每周五报货",
    "儿子管线上，父亲管进货",
    "经理定品种，财务核价后下单",
)
MAIN_PRODUCTS = (
    "中端手机、充电配件",
    "老人机与话费业务",
    "二手机回收、贴膜",
    "旗舰机与耳机",
    "校园分期与配件",
)
CAPACITIES = (180_000, 260_000, 420_000, 650_000, 1_200_000, 2_400_000)
SETTLEMENT_TIMES = (
    "每月 25 日对账，次月 10 日付款",
    "货到三日内转账",
    "每周五结上周的货",
    "月结，次月 15 日前",
    "现款现货",
)
PROCEDURES = (
    "送货单签收后交财务，核对发票，老板签字，周五付款",
    "对账单盖章回传，财务三个工作日内转账",
    "店长核数，微信发老板确认后当日转账",
)
DELIVERY = ("工作日 9:00–11:00", "下午 2 点以后", "周日不收货", "营业前送到侧门", "随到随收")
DELIVERY_NEEDS = (
    "整箱送到二楼仓库，须两人",
    "每箱贴品名标签",
    "旺季提前一天电话约",
    "扫码入库，差一件退整单",
)
AFTER_SALES = ("七天内质量问题包换，保修一年", "主机保修一年，配件三个月", "样机每季更换一次")
AFTER_NOTES = ("今年换机 3 台，均在两日内办结", "三月有一批充电头接触不良，已全部更换", "")
HOURS = ("09:00–21:00", "09:30–20:30", "10:00–22:00", "08:30–19:30")
DISPLAYS = ("进门右手第一节柜台", "收银台旁挂架一组", "橱窗半扇", "中岛体验台两个机位", "")
CARRIED = (
    "鹤禾, 手机, H20 8+256G\n鹤禾, 充电, 33W 快充头\n云雀, 手机, Y30\n澄石, 耳机, Mini 黑",
    "鹤禾, 手机, 青羽 6\n云雀, 手机, Y30 Max\n澄石, 手机, C9",
    "鹤禾, 功能手机, K3\n鹤禾, 贴膜, H20 两片装\n云雀, 手机, Y30",
    "鹤禾, 手机, H20 Pro\n鹤禾, 耳机, A2 白\n澄石, 手机, C9\n澄石, 耳机, Mini 黑\n云雀, 手机, Y30 Max",
)
PRICES = (
    ("H20 8+256G", 2199),
    ("青羽 6 8+128G", 1299),
    ("33W 快充头", 79),
    ("云雀 Y30", 1949),
    ("澄石 C9", 1169),
)
DEALER_AREAS = (
    "江汉、江岸、硚口",
    "武昌、洪山、青山",
    "汉阳、蔡甸、汉南",
    "东西湖、黄陂",
    "江夏与光谷东",
    "新洲、阳逻",
)
RIVALS_CARRIED = ("云雀、澄石", "云雀", "澄石耳机类", "")
CARRIERS = ("mobile", "unicom", "telecom")
BUYING = ("市公司统一采购，厅经理可报需求", "厅经理自行进配件，手机由渠道部定", "区公司每季招标一次")

COMPANY = {
    "company.founded_on": "2003-06-18",
    "company.registered_address": "武汉市东西湖区银柏路 18 号",
    "company.office_address": "武汉市东西湖区银柏路 18 号 3 号楼",
    "company.business_scope": "轨道交通检测装备的研发、制造、安装与维护；自动化系统集成",
    "company.industry": "轨道交通装备",
    "company.company_size": "中型企业",
    "company.head_count": "860",
    "company.bank_grade": "AA",
    "company.registered_capital": "120000000",
    "company.trade_right": "True",
    "company.listing": "未上市",
    "company.registration_authority": "武汉市东西湖区行政审批局",
    "company.superior_body": "江城轨道交通产业集团",
    "company.company_history": "2003 年由研究所改制设立；2011 年迁入东西湖新厂区；2019 年完成股份制改造。",
    "company.highest_authority": "股东会；日常事项由总经理办公会决定",
    "company.chairman": "工学博士，研究所出身，任职九年",
    "company.general_manager": "机械专业本科，从车间主任做起，2017 年起任总经理",
    "company.deputies": "副总经理两名：一管生产采购，一管市场与售后",
    "company.production_sites": "东西湖总厂、孝感装配基地",
    "company.equipment": "数控加工中心 26 台，整机试验线两条",
    "company.staff_mix": "研发 210 人，生产 480 人，销售与服务 90 人",
    "company.buying_way": "员工通信终端每年三月招标，综合评分法；验收后 60 天付款",
    "company.selling_way": "直销各地铁公司，按合同节点收款，留 5% 质保金",
    "company.liquidity": "流动比率约 1.6",
    "company.asset_management": "应收账款平均 120 天",
    "company.solvency": "资产负债率 48%",
    "company.profitability": "近三年净利润率 7% 上下",
    "company.resistance": "订单集中于地铁行业，随建设周期波动",
    "company.banks": "基本户在汉口路支行，授信 8,000 万元",
    "company.litigation": "公开记录中近三年无重大诉讼",
    "company.prospects": "未来两年有三条地铁线开通，设备更新需求稳定",
    "card.began_on": "2022-03-01",
    "card.opened_by_them": "行政部 汤主任",
    "card.contract_number": "HH-2026-017",
    "card.contract_start": "2026-01-01",
    "card.contract_end": "2026-12-31",
    "card.contract_terms": "全年不少于 400 台，按批下单；价格按集采价，每季核对一次",
    "card.settlement_method": "transfer",
    "card.invoice_use": "special",
    "card.settlement_time": "验收后 60 天",
}
RIVAL_CARDS = (
    ("云雀 Y30", {
        "rival.maker": "云雀通信", "rival.rival_brand": "云雀", "rival.rival_specification": "8+256G 墨蓝",
        "rival.trade_price": "1720", "rival.retail_price": "1999", "rival.strengths": "价低两百元，屏幕亮，返利当月兑现",
        "rival.weaknesses": "售后点少，返修要十天以上", "rival.rival_activity": "买机送充电套装，至本月底",
        "rival.our_answer": "比售后：我们三日取送；比电池：续航多两小时",
    }),
    ("澄石 C9", {
        "rival.maker": "澄石数码", "rival.rival_brand": "澄石", "rival.rival_specification": "8+128G 砂金",
        "rival.trade_price": "1010", "rival.retail_price": "1199", "rival.strengths": "外观年轻，校园渠道强",
        "rival.weaknesses": "内存小，一年后明显变慢", "rival.rival_activity": "校园分期免息",
        "rival.our_answer": "主推青羽 6 的 256G 版，算三年总花费",
    }),
)  # fmt: skip
PUBLIC_CARDS = (
    ("江城通信行业协会", {
        "public_body.body": "association", "public_body.matter": "每年三月评选诚信商家，组织渠道对接会",
        "public_body.person_in_charge": "秘书长 钱望舒", "public_body.occasions": "三月评选、九月对接会，年终走访",
    }),
    ("江城数码周刊", {
        "public_body.body": "media", "public_body.matter": "新机评测与卖场价格专栏，门店常看",
        "public_body.person_in_charge": "编辑 柳青禾", "public_body.occasions": "新品上市前两周送样机",
    }),
    ("滨江街道消费维权服务站", {
        "public_body.body": "authority", "public_body.matter": "受理辖区手机消费投诉，通报处理结果",
        "public_body.person_in_charge": "站长 方学文", "public_body.occasions": "三一五前主动走访，有投诉当日回复",
    }),
)  # fmt: skip
CONSUMER = ("喻春兰（个人）", {
    "consumer.bought": "长者机 K3 两台", "consumer.bought_at": "武广店", "consumer.wants": "字大、声音响，能一键呼叫子女",
    "consumer.heard_from": "社区推广点",
})  # fmt: skip
SECOND_POSTS = (("财务", "settlement"), ("采购", "purchasing"), ("店长", "shop"), ("仓管", "warehouse"))
BEST_TIMES = ("工作日上午 10 点后", "下午 3–5 点", "晚上 8 点后微信", "周二、周四上午", "")
HEALTH_PURPOSE = "用餐和送礼时避开对方不能吃的东西"
CONSENT = "同意贵公司为安排用餐和送礼记录本人的饮食忌口，可随时撤回。"
EVIDENCE = "同意书原件，档案柜 3 号"
HEALTH = "海鲜过敏，聚餐不点海鲜"
ANSWERS = {
    "schools": ("江城职院电子专业，2006 年毕业", "商校毕业，同班多在电脑城", "自学修机，跟师傅三年"),
    "past_jobs": ("做过国美柜台主管", "电信营业厅六年", "跑过三年配件批发"),
    "long_business_goal": ("三年内开到五间店", "做到片区手机批发第一", "把店交给儿子，自己管供货"),
    "near_business_goal": ("年底前把库存压到 30 天以内", "拿下旁边高校的团购"),
    "main_concern": ("公司为先，常说店是全家的饭碗",),
    "hobbies": ("钓鱼，去梁子湖", "爱看历史书和棋谱", "周末打羽毛球"),
    "dishes": ("热干面、藕汤", "吃辣，爱武昌鱼", "清淡，不吃辣"),
    "small_talk": ("孩子学业、房价以外都爱聊", "足球与旧手机收藏", "聊装修和新店选址"),
    "key_problems": ("库存周转慢，旺季资金紧", "年轻顾客流失到网上", "店员留不住"),
    "management_priorities": ("先保现金，再谈扩店", "线上线下同价", "提高配件毛利"),
    "better_answer": ("我方三日补货能缓解压货，云雀返利快", "我方可派驻店培训，对手没有"),
}
