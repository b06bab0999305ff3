//! Mistakes of this library's own do not cross as crashes: a panic becomes [`JichaException::Bug`].

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::JichaException;

/// Runs one call of the app. After a panic the device is still whole: an open transaction is rolled back, and what
/// was committed before stays.
pub(crate) fn guarded<T>(call: impl FnOnce() -> Result<T, JichaException>) -> Result<T, JichaException> {
    catch_unwind(AssertUnwindSafe(call)).unwrap_or_else(|panic| Err(from_panic(panic.as_ref())))
}

/// What a panic said, as a bug to be reported.
pub(crate) fn from_panic(panic: &(dyn Any + Send)) -> JichaException {
    let text = panic.downcast_ref::<&str>().copied();
    let text = text.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    JichaException::bug(format!("panic: {}", text.unwrap_or("without words")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_becomes_a_bug_with_its_words() {
        let result: Result<(), _> = guarded(|| panic!("number {} is impossible", 7));
        let Err(JichaException::Bug { report_id, detail }) = result else {
            panic!("{result:?}")
        };
        assert_eq!(report_id.len(), 8);
        assert!(detail.contains("number 7 is impossible"), "{detail}");
    }
}
