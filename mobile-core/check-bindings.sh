#!/bin/sh
# Generates the Kotlin, Swift and Python sources from the library and compares them with those in bindings/.
#   mobile-core/check-bindings.sh           fails where they differ, and shows how
#   mobile-core/check-bindings.sh --write   writes them into bindings/
set -eu
cd "$(dirname "$0")/.."

# Two calls, so that the generator's features do not reach the library.
cargo build --quiet --package jicha-mobile-core
cargo build --quiet --package jicha-bindgen

target=${CARGO_TARGET_DIR:-target}
case $(uname -s) in
    Darwin) library=$target/debug/libjicha_mobile_core.dylib ;;
    *) library=$target/debug/libjicha_mobile_core.so ;;
esac
fresh=$(mktemp -d)
trap 'rm -rf "$fresh"' EXIT
for language in kotlin swift python; do
    "$target/debug/jicha-bindgen" generate --no-format --language "$language" --out-dir "$fresh/$language" "$library" >/dev/null
done

if [ "${1:-}" = --write ]; then
    rm -rf mobile-core/bindings
    cp -R "$fresh" mobile-core/bindings
    chmod 755 mobile-core/bindings
    echo "mobile-core/bindings is written anew."
elif diff -r -u "$fresh" mobile-core/bindings; then
    echo "mobile-core/bindings is up to date."
else
    echo "mobile-core/bindings is not what the library says. Run: mobile-core/check-bindings.sh --write" >&2
    exit 1
fi
