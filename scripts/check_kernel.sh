#!/bin/bash
# Format, lints and tests of the planner's kernel, where a Rust compiler is.
set -euo pipefail
cd "$(dirname "$0")/../furrow/routing/kernel"
command -v cargo >/dev/null || exit 0
if cargo fmt --version >/dev/null 2>&1; then cargo fmt --check; fi
if cargo clippy --version >/dev/null 2>&1; then cargo clippy --offline --locked --quiet --all-targets -- -D warnings; fi
cargo test --offline --locked --quiet
