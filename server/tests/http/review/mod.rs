//! The supervisors' queue, their verdicts, and what others see of them.

mod bureau;
mod live;
mod queue;
mod second;
mod verdicts;
