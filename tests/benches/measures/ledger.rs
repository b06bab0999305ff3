//! A ledger of as many metering points as are inspected, so that no two inspections are of one meter.

use jicha_domain::id::MeteringPointNo;
use jicha_server::ledger::LedgerKind;
use jicha_tests::TestServer;
use jicha_tests::fleet::data;
use jicha_tests::time::Dice;

use crate::dice::{digits, one_of};

/// The transformer areas of the test data, among which the points are spread.
const AREAS: &[&str] = &["5303240101", "5303240102", "5303240103"];
const MODELS: &[&str] = &[
    "DDZY71,单相,直接,220 V,5(60) A,2,1200,6,2,,,1",
    "DDZY855,单相,直接,220 V,10(100) A,1,400,6,2,,,1",
    "DTZY341,三相四线,直接,3×220/380 V,10(100) A,1,400,6,2,,,1",
    "DTSD888,三相四线,经CT,3×220/380 V,1.5(6) A,0.5S,6400,6,2,150/5,,1",
];

/// The ledger as files.
pub struct Ledger {
    points: Vec<MeteringPointNo>,
    files: Vec<(LedgerKind, String)>,
}

impl Ledger {
    /// Draws a ledger of so many points.
    pub fn of(points: usize, dice: &mut Dice) -> Self {
        let mut numbers = Vec::new();
        let mut point_rows =
            "台区编号,台区名称,计量点编号,计量点分类,电能表资产编号,综合倍率,相数,合同容量(kW)\n".to_owned();
        let mut meter_rows = "电能表资产号,出厂编号,制造厂,型号,相线,接入方式,参比电压,标定电流,准确度等级,\
            脉冲常数(imp/kWh),整数位数,小数位数,CT变比,PT变比,自身倍率,检定日期\n"
            .to_owned();
        let mut customer_rows =
            "户号,户名,用电地址,联系电话,供电电压,合同容量(kVA),台区编号,计量点编号\n".to_owned();
        let mut reading_rows = "台区编号,计量点编号,电能表资产编号,抄表日期,正向有功总\n".to_owned();
        for at in 0..points {
            let area = AREAS[at % AREAS.len()];
            let no = format!("{area}{:04}", 1000 + at);
            let asset = format!("533{}", digits(dice, 19));
            let model = one_of(dice, MODELS);
            let (multiplier, phases, capacity) = if model.contains("经CT") {
                (30, 3, 80 + dice.below(20))
            } else if model.contains("三相") {
                (1, 3, 20 + dice.below(20))
            } else {
                (1, 1, 4 + dice.below(8))
            };
            point_rows += &format!("{area},{area}公变,{no},用户,{asset},{multiplier},{phases},{capacity}\n");
            let maker = one_of(dice, &["滇东仪表厂", "乌蒙电能表有限公司", "南盘江仪表有限公司"]);
            meter_rows += &format!(
                "{asset},{},{maker},{model},2014-0{}-15\n",
                digits(dice, 10),
                1 + dice.below(5)
            );
            let name = format!(
                "{}{}",
                one_of(
                    dice,
                    &["马", "韦", "陶", "王", "李", "张", "杨", "陈", "刘", "赵"]
                ),
                one_of(
                    dice,
                    &[
                        "兰柏", "松", "朝兰", "建国", "秀英", "志强", "桂芳", "文华", "丽琼", "永平"
                    ]
                )
            );
            let address = format!(
                "{}{}组{}号",
                one_of(dice, &["多依村", "补歹村", "腊山集镇"]),
                1 + dice.below(9),
                at
            );
            customer_rows += &format!(
                "0530324{},{name},{address},1{}****{},交流220V,{capacity},{area},{no}\n",
                digits(dice, 9),
                digits(dice, 2),
                digits(dice, 4),
            );
            let mut reading_hundredths = dice.below(3_000_000);
            for month in 4..=5 {
                reading_hundredths += dice.below(30_000);
                let reading = format!("{}.{:02}", reading_hundredths / 100, reading_hundredths % 100);
                reading_rows += &format!("{area},{no},{asset},2014-0{month}-01,{reading}\n");
            }
            numbers.push(no.parse().expect("a metering point's number"));
        }
        let files = vec![
            (LedgerKind::MeteringPoints, point_rows),
            (LedgerKind::Meters, meter_rows),
            (LedgerKind::Customers, customer_rows),
            (LedgerKind::Readings, reading_rows),
        ];
        Ledger {
            points: numbers,
            files,
        }
    }

    /// Imports it, after the units of the test data.
    pub async fn import(&self, server: &TestServer, folder: &std::path::Path) {
        server
            .import(LedgerKind::OrgUnits, &data().join("ledger/org_units.csv"))
            .await;
        for (kind, text) in &self.files {
            let path = folder.join(format!("{}.csv", kind.as_str()));
            std::fs::write(&path, text).expect("a temporary file can be written");
            server.import(*kind, &path).await;
        }
    }

    /// The points, in packages of a size that a task may have.
    pub fn packages(&self) -> impl Iterator<Item = &[MeteringPointNo]> {
        const POINTS_PER_TASK: usize = 100;
        self.points.chunks(POINTS_PER_TASK)
    }
}
