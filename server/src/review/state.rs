//! Where a photo stands in the supervisors' work.

use jicha_domain::Language;
use jicha_domain::review::PhotoDecision;

macro_rules! states {
    ($( $(#[$meta:meta])* $variant:ident => $word:literal, $zh:literal, $en:literal; )+) => {
        /// Where a photo stands.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum State { $( $(#[$meta])* $variant, )+ }

        impl State {
            /// Every state.
            pub const ALL: &'static [State] = &[ $( State::$variant, )+ ];

            /// The stored word.
            pub const fn as_str(self) -> &'static str { match self { $( State::$variant => $word, )+ } }

            /// Reads the stored word back.
            pub fn from_word(word: &str) -> Option<State> { match word { $( $word => Some(State::$variant), )+ _ => None } }

            /// What a person reads.
            pub const fn label(self, language: Language) -> &'static str {
                match (self, language) { $( (State::$variant, Language::Zh) => $zh, (State::$variant, Language::En) => $en, )+ }
            }
        }
    };
}

states! {
    /// The inspection names it, and no picture of it that could be judged is here yet.
    OnItsWay => "on_its_way", "在途", "On its way";
    /// It waits for a judgement.
    Waiting => "waiting", "待审核", "To review";
    /// It was taken anew for a photo that was sent back, and waits.
    Arrived => "retake_arrived", "重拍已到", "Retake arrived";
    /// Accepted.
    Accepted => "accepted", "已通过", "Accepted";
    /// It has to be taken again.
    Retake => "retake", "待重拍", "Retake asked";
    /// It shows something wrong.
    Finding => "finding", "问题", "Finding";
    /// Another photo has taken its place.
    Replaced => "replaced", "已被替换", "Replaced";
}

impl State {
    /// The state after a decision.
    pub const fn decided(decision: PhotoDecision) -> State {
        match decision {
            PhotoDecision::Accepted => State::Accepted,
            PhotoDecision::Retake => State::Retake,
            PhotoDecision::Finding => State::Finding,
        }
    }

    /// Whether somebody has still to look at it.
    pub const fn is_open(self) -> bool {
        matches!(self, State::Waiting | State::Arrived)
    }

    /// The row of the queue in which a photo of this state waits for its second review.
    pub const fn second_queue(self) -> Option<&'static str> {
        match self {
            State::Accepted => Some("second_accepted"),
            State::Retake => Some("second_retake"),
            _ => None,
        }
    }
}
