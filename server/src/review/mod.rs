//! The supervisors' work: a queue of photos, verdicts on them, and what is measured of the verdicts.
//!
//! The truth is in the documents: a verdict is a change in `review/<inspection>`, written under the supervisor's own hand
//! ([`act`]). The queue ([`queue`], read by [`page`]) is derived from inspections, reviews and photos, follows
//! them at once ([`follow()`]), and can be remade at any time.
//!
//! Deliberately not: no rule of metering (those are `domain`'s) and no word of a page (those are `web`'s).

pub mod act;
pub mod agreement;
pub mod draw;
pub mod flag;
pub mod follow;
pub mod item;
pub mod page;
pub mod queue;
pub mod state;
pub mod units;

pub use flag::{Flag, Flags};
pub use follow::{caught_up, follow};
pub use queue::{due, keep, photo_changed, regroup, remake};
pub use state::State;
