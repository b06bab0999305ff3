# The menu of commands. `just` lists them.

default:
    @just --list

# Play a day of a small bureau and leave the server running.
demo:
    cargo run --release -- demo

# Run the server on ./data.
serve:
    cargo run --release -- serve

# All tests.
test:
    cargo test --workspace

# The scenarios with many seeds, to look for rare interleavings.
soak seeds="50":
    JICHA_SEEDS={{seeds}} cargo test --release -p jicha-tests --test scenarios interleaving -- --nocapture

# The measures of docs/PERFORMANCE.md.
bench:
    cargo bench -p jicha-tests --bench measures

# Format, lint, document.
tidy:
    cargo fmt --all
    cargo clippy --workspace --all-targets -- -D warnings

# Make the pictures of the README anew.
pictures:
    cargo build --release
    cd tests/browser && npm ci && JICHA_BINARY=../../target/release/jicha JICHA_PICTURES=../../docs/pictures node --test

# The bindings of the mobile library.
bindings:
    mobile-core/check-bindings.sh --write

# What lands has to pass this.
ci:
    .ci/run
