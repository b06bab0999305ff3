//! Generates the Kotlin, Swift and Python sources of the library; `mobile-core/check-bindings.sh` has the commands.
//!
//! A package of its own, so that the generator and what it needs never come near the library that an app links.

fn main() {
    uniffi::uniffi_bindgen_main();
}
