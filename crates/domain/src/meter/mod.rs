//! The meter's nameplate, transformer ratios and the multiplier that follows from them.

mod accuracy_class;
mod current_rating;
mod multiplier;
mod nameplate;
mod plate;
mod ratio;

pub use accuracy_class::AccuracyClass;
pub use current_rating::CurrentRating;
pub use multiplier::{Multiplier, MultiplierError};
pub use nameplate::Nameplate;
pub use plate::PlateError;
pub use ratio::Ratio;

use crate::word::word_enum;

word_enum! {
    /// Phases and wires of a meter (相线).
    pub enum PhaseWire {
        /// Single phase, two wires.
        SinglePhase => "single_phase", "单相", "Single phase";
        /// Three phases, three wires: two measuring elements.
        ThreePhaseThreeWire => "three_phase_three_wire", "三相三线", "Three-phase three-wire";
        /// Three phases, four wires: three measuring elements.
        ThreePhaseFourWire => "three_phase_four_wire", "三相四线", "Three-phase four-wire";
    }
}

word_enum! {
    /// How the meter is connected (接入方式).
    pub enum Connection {
        /// Directly.
        Direct => "direct", "直接接入", "Direct";
        /// Through current transformers.
        ViaCt => "via_ct", "经电流互感器", "Via CT";
        /// Through current and voltage transformers.
        ViaCtPt => "via_ct_pt", "经电流电压互感器", "Via CT and PT";
    }
}
