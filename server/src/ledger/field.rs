//! The columns that are understood: what each means, how it is headed in exports, and what form its cells have.

use serde::Serialize;

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[expect(
    missing_docs,
    reason = "each variant is described by its row in FIELDS and in docs/LEDGER.md"
)]
pub enum Field {
    UnitCode,
    UnitName,
    UnitKind,
    ParentCode,
    PointNo,
    PointName,
    PointKind,
    PointClass,
    AreaCode,
    CustomerNo,
    CustomerName,
    Address,
    Phone,
    Contact,
    Voltage,
    CapacityKva,
    PriceCode,
    AccessDifficulty,
    Latitude,
    Longitude,
    GeoJson,
    AssetNo,
    FactoryNo,
    Maker,
    Model,
    PhaseWire,
    Connection,
    RatedVoltage,
    RatedCurrent,
    AccuracyClass,
    Constant,
    IntegerDigits,
    DecimalDigits,
    CtRatio,
    PtRatio,
    OwnMultiplier,
    StatedMultiplier,
    CommunicationAddress,
    MadeInYear,
    InstalledOn,
    VerifiedOn,
    ReadOn,
    ReadingSource,
    ForwardTotal,
    ForwardSharp,
    ForwardPeak,
    ForwardFlat,
    ForwardValley,
    ReverseTotal,
    ReactiveImport,
    ReactiveExport,
    MaxDemand,
}

/// The form of the cells of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    OrgUnitCode,
    PointNo,
    AssetNo,
    CustomerNo,
    Text,
    Decimal { min: i64, max: i64 },
    Whole { min: i64, max: i64 },
    Date,
    Ratio,
    Multiplier,
    UnitKind,
    PointKind,
    PointClass,
    PhaseWire,
    Connection,
    AccuracyClass,
    AccessDifficulty,
    ReadingSource,
    GeoJsonPoint,
}

impl Form {
    /// Whether the cells are identifiers: text, where every zero counts, and never a quantity.
    pub const fn is_identifier(self) -> bool {
        matches!(
            self,
            Self::OrgUnitCode | Self::PointNo | Self::AssetNo | Self::CustomerNo
        )
    }
}

/// One known column.
pub(super) struct Spec {
    pub field: Field,
    pub form: Form,
    /// The headings that it goes by. The first is the one that messages name. They are compared without blanks, without
    /// a unit in brackets at the end, and without regard to capitals.
    pub headings: &'static [&'static str],
}

const fn spec(field: Field, form: Form, headings: &'static [&'static str]) -> Spec {
    Spec {
        field,
        form,
        headings,
    }
}

/// Registers have at most eight digits before the point; twelve leave room for systems that multiply first.
const REGISTER: Form = Form::Decimal {
    min: 0,
    max: 999_999_999_999,
};
const CAPACITY: Form = Form::Decimal {
    min: 0,
    max: 10_000_000,
};

/// Every known column.
pub(super) const FIELDS: &[Spec] = &[
    spec(
        Field::UnitCode,
        Form::OrgUnitCode,
        &[
            "单位编码",
            "供电单位编码",
            "单位编号",
            "供电单位编号",
            "组织编码",
            "unit_code",
            "unit_no",
            "code",
        ],
    ),
    spec(
        Field::UnitName,
        Form::Text,
        &[
            "单位名称",
            "供电单位",
            "供电单位名称",
            "组织名称",
            "unit_name",
            "name",
        ],
    ),
    spec(
        Field::UnitKind,
        Form::UnitKind,
        &["单位类型", "单位类别", "单位级别", "unit_kind", "kind"],
    ),
    spec(
        Field::ParentCode,
        Form::OrgUnitCode,
        &[
            "上级单位编码",
            "上级单位编号",
            "上级单位",
            "父单位编码",
            "parent_code",
            "parent",
        ],
    ),
    spec(
        Field::PointNo,
        Form::PointNo,
        &["计量点编号", "计量点号", "计量点编码", "point_no"],
    ),
    spec(
        Field::PointName,
        Form::Text,
        &["计量点名称", "point_name", "name"],
    ),
    spec(
        Field::PointKind,
        Form::PointKind,
        &["计量点分类", "计量点类型", "计量点性质", "point_kind", "kind"],
    ),
    spec(
        Field::PointClass,
        Form::PointClass,
        &[
            "计量装置分类",
            "计量点类别",
            "电能计量装置类别",
            "point_class",
            "class",
        ],
    ),
    spec(
        Field::AreaCode,
        Form::OrgUnitCode,
        &[
            "台区编号",
            "台区编码",
            "台区号",
            "变压器台区编号",
            "area_no",
            "area_code",
        ],
    ),
    spec(
        Field::CustomerNo,
        Form::CustomerNo,
        &["户号", "用户编号", "客户编号", "用电户号", "customer_no"],
    ),
    spec(
        Field::CustomerName,
        Form::Text,
        &["户名", "用户名称", "客户名称", "customer_name", "name"],
    ),
    spec(
        Field::Address,
        Form::Text,
        &["用电地址", "地址", "安装地址", "计量点地址", "address"],
    ),
    spec(
        Field::Phone,
        Form::Text,
        &["联系电话", "电话", "手机号码", "移动电话", "phone"],
    ),
    spec(Field::Contact, Form::Text, &["联系人", "contact"]),
    spec(
        Field::Voltage,
        Form::Text,
        &["供电电压", "电压等级", "计量点电压等级", "voltage"],
    ),
    spec(
        Field::CapacityKva,
        CAPACITY,
        &[
            "合同容量",
            "运行容量",
            "用电容量",
            "变压器容量",
            "capacity_kva",
            "capacity_kw",
            "capacity",
        ],
    ),
    spec(
        Field::PriceCode,
        Form::Text,
        &["电价代码", "电价码", "执行电价", "price_code"],
    ),
    spec(
        Field::AccessDifficulty,
        Form::AccessDifficulty,
        &["到达难度", "通行情况", "access_difficulty"],
    ),
    spec(
        Field::Latitude,
        Form::Decimal { min: -90, max: 90 },
        &["纬度", "纬度WGS84", "latitude", "lat"],
    ),
    spec(
        Field::Longitude,
        Form::Decimal { min: -180, max: 180 },
        &["经度", "经度WGS84", "longitude", "lon"],
    ),
    spec(
        Field::GeoJson,
        Form::GeoJsonPoint,
        &["坐标GeoJSON", "bus_geojson", "geojson"],
    ),
    spec(
        Field::AssetNo,
        Form::AssetNo,
        &[
            "电能表资产号",
            "资产编号",
            "电能表资产编号",
            "表计资产编号",
            "资产号",
            "表资产号",
            "asset_no",
        ],
    ),
    spec(Field::FactoryNo, Form::Text, &["出厂编号", "表号", "factory_no"]),
    spec(
        Field::Maker,
        Form::Text,
        &["制造厂", "制造厂家", "生产厂家", "制造单位", "maker"],
    ),
    spec(
        Field::Model,
        Form::Text,
        &["型号", "电能表型号", "表计型号", "model"],
    ),
    spec(
        Field::PhaseWire,
        Form::PhaseWire,
        &["相线", "接线方式", "相数", "phase_wire", "phases"],
    ),
    spec(Field::Connection, Form::Connection, &["接入方式", "connection"]),
    spec(
        Field::RatedVoltage,
        Form::Text,
        &["参比电压", "额定电压", "标定电压", "rated_voltage"],
    ),
    spec(
        Field::RatedCurrent,
        Form::Text,
        &[
            "标定电流",
            "额定电流",
            "参比电流",
            "电流",
            "rated_current",
            "current",
        ],
    ),
    spec(
        Field::AccuracyClass,
        Form::AccuracyClass,
        &["准确度等级", "有功准确度等级", "精度等级", "accuracy_class"],
    ),
    spec(
        Field::Constant,
        Form::Decimal {
            min: 1,
            max: 1_000_000,
        },
        &["脉冲常数", "电能表常数", "有功常数", "常数", "constant"],
    ),
    spec(
        Field::IntegerDigits,
        Form::Whole { min: 1, max: 12 },
        &["整数位数", "整数位", "integer_digits"],
    ),
    spec(
        Field::DecimalDigits,
        Form::Whole { min: 0, max: 6 },
        &["小数位数", "小数位", "decimal_digits"],
    ),
    spec(
        Field::CtRatio,
        Form::Ratio,
        &["CT变比", "电流互感器变比", "CT倍率", "电流变比", "ct_ratio"],
    ),
    spec(
        Field::PtRatio,
        Form::Ratio,
        &["PT变比", "电压互感器变比", "PT倍率", "电压变比", "pt_ratio"],
    ),
    spec(
        Field::OwnMultiplier,
        Form::Decimal {
            min: 0,
            max: 1_000_000,
        },
        &["自身倍率", "表计自身倍率", "own_multiplier"],
    ),
    spec(
        Field::StatedMultiplier,
        Form::Multiplier,
        &["综合倍率", "倍率", "计费倍率", "multiplier"],
    ),
    spec(
        Field::CommunicationAddress,
        Form::Text,
        &["通信地址", "通讯地址", "communication_address"],
    ),
    spec(
        Field::MadeInYear,
        Form::Whole { min: 1950, max: 2200 },
        &["出厂年份", "制造年份", "made_in_year"],
    ),
    spec(
        Field::InstalledOn,
        Form::Date,
        &["安装日期", "装表日期", "installed_on"],
    ),
    spec(
        Field::VerifiedOn,
        Form::Date,
        &["检定日期", "校验日期", "最近检验日期", "verified_on"],
    ),
    spec(
        Field::ReadOn,
        Form::Date,
        &["抄表日期", "抄表时间", "示数日期", "数据日期", "read_on"],
    ),
    spec(
        Field::ReadingSource,
        Form::ReadingSource,
        &["抄表方式", "示数来源", "数据来源", "source"],
    ),
    spec(
        Field::ForwardTotal,
        REGISTER,
        &[
            "正向有功总",
            "正向有功总示数",
            "正向有功",
            "有功总",
            "本次示数",
            "forward_total",
        ],
    ),
    spec(
        Field::ForwardSharp,
        REGISTER,
        &["正向有功尖", "正向有功尖示数", "有功尖", "forward_sharp"],
    ),
    spec(
        Field::ForwardPeak,
        REGISTER,
        &["正向有功峰", "正向有功峰示数", "有功峰", "forward_peak"],
    ),
    spec(
        Field::ForwardFlat,
        REGISTER,
        &["正向有功平", "正向有功平示数", "有功平", "forward_flat"],
    ),
    spec(
        Field::ForwardValley,
        REGISTER,
        &["正向有功谷", "正向有功谷示数", "有功谷", "forward_valley"],
    ),
    spec(
        Field::ReverseTotal,
        REGISTER,
        &["反向有功总", "反向有功总示数", "反向有功", "reverse_total"],
    ),
    spec(
        Field::ReactiveImport,
        REGISTER,
        &["正向无功总", "组合无功1", "正向无功", "无功总", "reactive_import"],
    ),
    spec(
        Field::ReactiveExport,
        REGISTER,
        &["反向无功总", "组合无功2", "反向无功", "reactive_export"],
    ),
    spec(
        Field::MaxDemand,
        REGISTER,
        &["最大需量", "正向有功最大需量", "max_demand"],
    ),
];

impl Field {
    pub(super) fn spec(self) -> &'static Spec {
        FIELDS
            .iter()
            .find(|spec| spec.field == self)
            .unwrap_or(&FIELDS[0])
    }

    /// The heading that messages name.
    #[must_use]
    pub fn heading(self) -> &'static str {
        self.spec().headings[0]
    }
}

#[cfg(test)]
mod tests {
    use super::FIELDS;

    #[test]
    fn every_heading_and_every_code_is_described_for_users() {
        let page = include_str!("../../../docs/LEDGER.md");
        for heading in FIELDS.iter().flat_map(|spec| spec.headings) {
            assert!(
                page.contains(heading),
                "docs/LEDGER.md lacks the heading {heading}"
            );
        }
        let codes = include_str!("problem.rs")
            .lines()
            .filter_map(|line| line.trim().split_once(" => \"")?.1.strip_suffix("\","));
        assert!(codes.clone().count() > 40);
        for code in codes {
            assert!(
                page.contains(&format!("`{code}`")),
                "docs/LEDGER.md lacks the code {code}"
            );
        }
    }

    #[test]
    fn the_table_is_in_the_order_of_the_enum() {
        for (index, spec) in FIELDS.iter().enumerate() {
            assert_eq!(spec.field as usize, index, "{:?}", spec.field);
            assert_eq!(spec.field.spec().field, spec.field);
        }
    }
}
