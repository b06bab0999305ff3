//! Slows down guessing: per login and per address, in memory.
//!
//! An attempt is counted before it is judged, so a hundred at once gain nothing over a hundred in a row.

use crate::problem::{Code, Problem};
use jiff::{SignedDuration, Timestamp};
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// Keys remembered at most; beyond that those whose waiting time is over are forgotten.
const KEYS_MAX: usize = 50_000;

/// The longest wait.
const WAIT_S_MAX: i64 = 15 * 60;

/// A failure is forgotten after so long without another.
const MEMORY: SignedDuration = SignedDuration::from_hours(1);

/// What is being tried, each with its own count.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Attempts {
    /// Sign-in to one login.
    Login(String),
    /// Sign-in from one address.
    SignInAddress(String),
    /// Enrolment from one address.
    EnrolAddress(String),
}

impl Attempts {
    /// Attempts that cost nothing. An address may stand for a whole office, so it gets more.
    fn free(&self) -> u32 {
        match self {
            Attempts::Login(_) => 5,
            Attempts::SignInAddress(_) | Attempts::EnrolAddress(_) => 20,
        }
    }
}

#[derive(Debug, Clone, Copy)]
struct Count {
    failures: u32,
    last: Timestamp,
    wait_until: Timestamp,
}

/// The counts of one server.
#[derive(Debug, Default)]
pub struct Throttle {
    counts: Mutex<HashMap<Attempts, Count>>,
}

impl Throttle {
    /// Counts an attempt as failed until [`Throttle::succeeded`] says otherwise; refused while a wait is running.
    pub fn begin(&self, attempts: &Attempts, now: Timestamp) -> Result<(), Problem> {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        if counts.len() >= KEYS_MAX {
            counts.retain(|_, count| count.wait_until > now);
        }
        let count = counts.entry(attempts.clone()).or_insert(Count {
            failures: 0,
            last: now,
            wait_until: now,
        });
        if count.wait_until > now {
            let wait_s = (count.wait_until.duration_since(now)).as_secs().max(0) + 1;
            return Err(Problem::new(Code::TooManyAttempts).retry_after_s(wait_s.unsigned_abs()));
        }
        if now.duration_since(count.last) > MEMORY {
            count.failures = 0;
        }
        count.failures = count.failures.saturating_add(1);
        count.last = now;
        let beyond = count.failures.saturating_sub(attempts.free());
        if beyond > 0 {
            // 30 s, 1 min, 2 min … 15 min.
            let wait_s = (30_i64 << (beyond - 1).min(10)).min(WAIT_S_MAX);
            count.wait_until = now + SignedDuration::from_secs(wait_s);
        }
        Ok(())
    }

    /// Forgets the failures: the person knew the password.
    pub fn succeeded(&self, attempts: &Attempts) {
        self.counts
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(attempts);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + second).unwrap()
    }

    #[test]
    fn five_attempts_are_free_and_then_each_costs_twice_as_long() {
        let throttle = Throttle::default();
        let login = Attempts::Login("li".to_owned());
        for _ in 0..6 {
            throttle.begin(&login, at(0)).unwrap();
        }
        assert_eq!(throttle.begin(&login, at(1)).unwrap_err().retry_after_s, Some(30));
        throttle.begin(&login, at(31)).unwrap();
        assert!(throttle.begin(&login, at(31 + 59)).is_err());
        throttle.begin(&login, at(31 + 61)).unwrap();
    }

    #[test]
    fn success_and_an_hour_of_quiet_forget() {
        let throttle = Throttle::default();
        let login = Attempts::Login("li".to_owned());
        for _ in 0..6 {
            throttle.begin(&login, at(0)).unwrap();
        }
        assert!(throttle.begin(&login, at(1)).is_err());
        throttle.succeeded(&login);
        throttle.begin(&login, at(1)).unwrap();
        for _ in 0..5 {
            throttle.begin(&login, at(2)).unwrap();
        }
        for _ in 0..5 {
            throttle.begin(&login, at(2 + 3601)).unwrap();
        }
    }

    #[test]
    fn the_wait_never_exceeds_a_quarter_of_an_hour() {
        let throttle = Throttle::default();
        let login = Attempts::Login("li".to_owned());
        let mut now = 0;
        for _ in 0..60 {
            let _ = throttle.begin(&login, at(now));
            now += WAIT_S_MAX + 1;
            throttle.begin(&login, at(now)).unwrap();
        }
    }
}
